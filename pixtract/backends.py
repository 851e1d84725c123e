"""What an address stands for: database, cache, queue and mail, from URL to Django's settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from pixtract import cloud

_NO_DATABASE = (
    "PIXTRACT_DATABASE_URL must be sqlite:////path/of/a/file or "
    "postgresql://user:password@host:5432/database, with special signs percent-encoded."
)
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-8000;"
    ),
}
# A connection knows the schema and the pages it read: to open one takes as long as many queries.
_SQLITE_KEPT_SECONDS = 60


def database(url: str) -> Any:
    """SQLite gets WAL, IMMEDIATE transactions and patience; PostgreSQL a pool of connections.

    Raises ImproperlyConfigured, which never tells the URL: it holds a password.
    """
    largest = cloud.database_pool()
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
        raise ImproperlyConfigured(_NO_DATABASE) from error
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return {**config, "OPTIONS": _SQLITE_OPTIONS, "CONN_MAX_AGE": _SQLITE_KEPT_SECONDS}
    if config["ENGINE"] != "django.db.backends.postgresql" or not config["NAME"]:
        raise ImproperlyConfigured(_NO_DATABASE)
    return _postgresql(config, largest)


def _postgresql(config: dict[str, Any], largest: int) -> dict[str, Any]:
    options = {"connect_timeout": 5, "application_name": "pixtract", **config.get("OPTIONS", {})}
    if not largest:
        # Whoever pools outside may give each transaction another connection.
        alone = {"DISABLE_SERVER_SIDE_CURSORS": True, "CONN_MAX_AGE": 60}
        return {**config, **alone, "OPTIONS": options, "CONN_HEALTH_CHECKS": True}
    # Connections are opened as they are needed, and go again after two idle minutes. One that
    # fails is not tried again by itself, later and later: whoever comes next does, so that a
    # database that is back is used at once.
    pool = {"min_size": 0, "max_size": largest, "max_idle": 120, "timeout": 10}
    pool |= {"reconnect_timeout": 0}
    options = {**options, "pool": pool}
    return {**config, "OPTIONS": options, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes


def cache(url: str, folder: Path) -> dict[str, Any]:
    """Redis by its URL; without one a folder that all processes of this machine share."""
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": folder,
        }
    if not _is_address(url, ("redis", "rediss")):
        raise ImproperlyConfigured("PIXTRACT_CACHE_URL must look like redis://host:6379/1.")
    patience = {"socket_connect_timeout": 1, "socket_timeout": 2}
    return {
        "BACKEND": "pixtract.caching.RedisOrLocalCache",
        "LOCATION": url,
        "OPTIONS": patience,
    }


def broker_options(url: str, folder: Path) -> dict[str, Any]:
    """What the broker of ``url`` needs to give lost messages back and to fail fast.

    Raises ImproperlyConfigured for a broker that is none of ours.
    """
    scheme = urlsplit(url).scheme
    if scheme not in _BROKERS:
        known = ", ".join(f"{name}://" for name in _BROKERS if name != "memory")
        raise ImproperlyConfigured(f"PIXTRACT_BROKER_URL must begin with one of {known}.")
    return _BROKERS[scheme](folder)


def _redis_options(_folder: Path) -> dict[str, Any]:
    return {
        # A ring lasts a minute, and a job that it begins at its end may take longer.
        "visibility_timeout": 600,
        # By default lost messages are looked for every hundred seconds only.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 3,
        "socket_timeout": 15,
        "socket_keepalive": True,
        "health_check_interval": 20,
    }


def _sqs_options(_folder: Path) -> dict[str, Any]:
    settings = cloud.queue()
    options = {
        "region": settings["region"],
        "visibility_timeout": 600,
        "wait_time_seconds": 10,
        "polling_interval": 0.2,
        "queue_name_prefix": settings["prefix"],
        "predefined_queues": {},
        # A request that rings waits for no longer than this; a poll answers within ten seconds.
        "client-config": {
            "connect_timeout": 3,
            "read_timeout": 20,
            "retries": {"mode": "standard", "max_attempts": 2},
        },
    }
    if settings["endpoint_url"]:
        options["is_secure"] = settings["endpoint_url"].startswith("https://")
    if base := settings["url"]:
        # No queue is listed or made: sending, receiving and deleting are all that is allowed.
        lanes = ("media", "analysis")
        names = {lane: f"{settings['prefix']}{lane}" for lane in lanes}
        options["queue_name_prefix"] = ""
        options["predefined_queues"] = {lane: {"url": f"{base}/{names[lane]}"} for lane in lanes}
    return options


def _folder_options(folder: Path) -> dict[str, Any]:
    queue = folder / "queue"
    queue.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(folder / "queue-control"),
        "polling_interval": 0.2,
    }


def _no_options(_folder: Path) -> dict[str, Any]:
    return {}


_BROKERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "filesystem": _folder_options,
    "redis": _redis_options,
    "rediss": _redis_options,
    "sqs": _sqs_options,
    # Within one process: for tests.
    "memory": _no_options,
}


def mail(url: str) -> dict[str, Any]:
    """SMTP by its URL (``smtp`` with STARTTLS where it logs in, ``smtps``); a console without.

    Raises ImproperlyConfigured, which never tells the URL: it holds a password.
    """
    if not url:
        return {"EMAIL_BACKEND": "accounts.mail.ConsoleAndFileBackend"}
    if not _is_address(url, ("smtp", "smtps")):
        raise ImproperlyConfigured(
            "PIXTRACT_EMAIL_URL must look like smtp://user:password@host:587 or smtps://…:465,"
            " with special signs percent-encoded."
        )
    parts = urlsplit(url)
    implicit = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if implicit else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": not implicit and bool(parts.username),
    }
