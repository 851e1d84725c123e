"""The process that imports what users put into the bucket."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from gallery.storage import StoreUnavailable
from workers.cloud.ingest import Ingest

logger = logging.getLogger(__name__)
_WAIT_SECONDS = 10
_PAUSE_SECONDS = 30.0


class Command(BaseCommand):
    help = "Import what is put into the bucket, as its events tell of it, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when the queue is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PIXTRACT_INGEST["queue_url"]:
            raise CommandError("Set PIXTRACT_INGEST_QUEUE_URL to the queue of the bucket's events.")
        ingest = Ingest()
        if options["once"]:
            _drain(ingest)
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            _round(ingest, stop)


def _drain(ingest: Ingest) -> None:
    try:
        while ingest.take_next(wait_seconds=1):
            pass
    except StoreUnavailable as error:
        raise CommandError(f"Stopped: {error}") from error


def _round(ingest: Ingest, stop: threading.Event) -> None:
    try:
        ingest.take_next(_WAIT_SECONDS)
    except StoreUnavailable as error:
        logger.warning("queue unavailable", extra={"error": error})
        stop.wait(_PAUSE_SECONDS)
    finally:
        close_old_connections()
