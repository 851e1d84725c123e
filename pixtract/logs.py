"""Logs: one line an event, `key=value` pairs behind the message, safe against line breaks."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LineFormatter(logging.Formatter):
    """Formats ``logger.info("job done", extra={...})`` as one machine-readable line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        pairs = [f"{key}={_shown(value)}" for key, value in _extras(record)]
        head, *trace = line.split("\n")
        return "\n    ".join([" ".join([head, *pairs]), *trace])


class ExpectedOutages(logging.Filter):
    """Makes answers with status 503 warnings: what is behind one has a line of its own.

    Django logs them like errors of our own, one for each request, while an index is made anew.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def _extras(record: logging.LogRecord) -> list[tuple[str, Any]]:
    return [
        (key, value)
        for key, value in vars(record).items()
        if key not in _STANDARD
        and not key.startswith("_")
        and key not in ("request", "server_time")
    ]


def _shown(value: object) -> str:
    text = str(value)
    return repr(text) if any(character in text for character in ' \n\r\t"') else text


def logging_config(level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to the console, chatty libraries from WARNING only."""
    talkative = ("botocore", "boto3", "celery", "kombu", "pyvips", "PIL", "opensearchpy.trace")
    quiet = {name: {"level": "WARNING"} for name in talkative}
    # Says in a page of traceback what our own warning says in a line.
    quiet["opensearch"] = {"level": "ERROR"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"expected": {"()": "pixtract.logs.ExpectedOutages"}},
        "formatters": {"line": {"()": "pixtract.logs.LineFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {**quiet, "django.request": {"level": "ERROR", "filters": ["expected"]}},
    }
