"""Is the web server alive, and could it serve? For the supervisor, load balancers, Docker."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gallery import storage
from pixtract.caching import RedisOrLocalCache
from search.backends import get_backend

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def live(_request: HttpRequest) -> JsonResponse:
    """200 as long as requests are answered at all."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """200 when database, storage and index can be used, 503 with the failed ones otherwise.

    A search server or a cache of its own is told of, but is no reason for 503: the rest works.
    Reasons go to the log only: they name paths, and anybody may ask.
    """
    checks = {name: _passes(name, check) for name, check in _CHECKS.items()}
    healthy = all(passed for name, passed in checks.items() if name not in _optional())
    words = {name: "ok" if passed else "failed" for name, passed in checks.items()}
    body = {"status": "ok" if healthy else "failed", "checks": words}
    return JsonResponse(body, status=200 if healthy else 503)


def _passes(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except (OSError, DatabaseError) as error:
        logger.warning("not ready", extra={"check": name, "reason": error})
        return False
    return True


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _check_storage() -> None:
    if isinstance(default_storage, FileSystemStorage):
        _check_writable(Path(default_storage.location))
    storage.check_reachable()
    _check_writable(Path(settings.PIXTRACT_WORK_DIR))


def _optional() -> set[str]:
    """What the product goes on without."""
    search = {"search_index"} if settings.PIXTRACT_SEARCH_BACKEND == "opensearch" else set()
    return {"cache", *search}


def _check_cache() -> None:
    if isinstance(server := caches["default"], RedisOrLocalCache):
        server.check_reachable()


def _check_index() -> None:
    if settings.PIXTRACT_SEARCH_BACKEND == "opensearch":
        if not get_backend().is_healthy():
            raise OSError("the search server does not answer, or takes no writes")
        return
    _check_writable(Path(settings.PIXTRACT_INDEX_DIR))


def _check_writable(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"ok")


_CHECKS: dict[str, Callable[[], None]] = {
    "database": _check_database,
    "storage": _check_storage,
    "search_index": _check_index,
    "cache": _check_cache,
}
