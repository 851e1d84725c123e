"""What an address stands for: database, cache, queue and mail, from URL to Django's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-16000;"
    ),
}


def database(url: str) -> Any:
    """SQLite gets WAL, IMMEDIATE transactions and patience; others what their URL says."""
    config = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = _SQLITE_OPTIONS
    return config


def cache(url: str, folder: Path) -> dict[str, Any]:
    """Redis by its URL; without one a folder that all processes of this machine share."""
    if url:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": folder,
    }


def broker_options(url: str, folder: Path) -> dict[str, Any]:
    """A broker without a server keeps its messages in ``folder``; servers give lost ones back."""
    if not url.startswith("filesystem"):
        return {
            "visibility_timeout": 600,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        }
    queue = folder / "queue"
    queue.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(folder / "queue-control"),
        "polling_interval": 0.2,
    }


def mail(url: str) -> dict[str, Any]:
    """SMTP by its URL (``smtp`` with STARTTLS where it logs in, ``smtps``), else a console."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps"):
        return {"EMAIL_BACKEND": "accounts.mail.ConsoleAndFileBackend"}
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
