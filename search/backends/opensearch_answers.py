"""What OpenSearch answers to many changes or questions at once, each good or bad for itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.helpers import streaming_bulk

from search.backends.base import IndexBroken, SearchUnavailable
from search.backends.opensearch_client import SLOW, server_errors

Json = dict[str, Any]

logger = logging.getLogger(__name__)

_BULK_ITEMS = 500
_BULK_BYTES = 5_000_000
_BULK_RETRIES = 6
_LONGEST_WAIT_SECONDS = 10


def send(client: OpenSearch, actions: Iterable[Json], *, is_visible: bool = False) -> int:
    """Send changes in bulk, waiting when the server is busy; returns how many were made.

    What the server holds in a newer version is left alone. ``is_visible`` waits until
    readers see it. Raises SearchUnavailable, or ValueError for a refused document.
    """
    refresh = "true" if is_visible else "false"
    done = 0
    with server_errors():
        for succeeded, answer in streaming_bulk(
            client,
            actions,
            chunk_size=_BULK_ITEMS,
            max_chunk_bytes=_BULK_BYTES,
            raise_on_error=False,
            max_retries=_BULK_RETRIES,
            initial_backoff=1,
            max_backoff=_LONGEST_WAIT_SECONDS,
            params={"require_alias": "true", "refresh": refresh, **SLOW},
        ):
            if not succeeded:
                _judge(next(iter(answer.values())))
            done += 1
    return done


def judge_answer(answer: Json) -> None:
    """Raise for a question that was not answered."""
    if "error" in answer:
        reason = str(answer["error"])[:300]
        logger.warning("search server failed", extra={"reason": reason})
        if answer["status"] == 404:
            raise IndexBroken("there is no index")
        raise SearchUnavailable(f"{answer['status']}: {reason}")


def _judge(answer: Json) -> None:
    """Pass over what is newer or gone already; raise for what was not done."""
    status = answer["status"]
    is_gone = status == 404 and answer.get("result") == "not_found"
    if status == 409 or is_gone:
        return
    reason = str(answer.get("error"))[:300]
    if status == 400:
        raise ValueError(f"the search server refuses document {answer['_id']}: {reason}")
    raise SearchUnavailable(f"{status}: {reason}")
