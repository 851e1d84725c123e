"""The process that keeps the house: indexes what changed, brings back what was lost,
sends what webhooks wait for."""

from __future__ import annotations

import logging
import signal
import threading
import time
from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from search.backends import get_backend
from search.outbox import drain_once
from search.reconciling import reconcile_libraries
from workers.listening import listen_until
from workers.sweeper import sweep, sweep_orphans
from workers.webhooks.delivering import Courier

logger = logging.getLogger(__name__)
_SWEEP_SECONDS = 2.0
_ORPHANS_SECONDS = 3600.0
_NIGHTLY_SECONDS = 86_400.0
_IDLE_SECONDS = 0.2
# After a change, others often come.
_BUSY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Index changes as they come, recover what was lost, send webhooks. Runs once only."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        sweeping = threading.Thread(target=_sweep_until, args=(stop,), daemon=True)
        sweeping.start()
        courier = threading.Thread(target=Courier().run_until, args=(stop,), daemon=True)
        courier.start()
        listening = threading.Thread(target=listen_until, args=(stop,), daemon=True)
        listening.start()
        _index_until(stop)


def _index_until(stop: threading.Event) -> None:
    resting: dict[UUID, float] = {}
    drain = partial(drain_once, resting=resting)
    engine, busy_until = get_backend(), 0.0
    engine.keep_open()
    while not stop.is_set():
        if _tolerant(drain):
            busy_until = time.monotonic() + _BUSY_SECONDS
            continue
        if time.monotonic() > busy_until:
            engine.let_go()
        stop.wait(_IDLE_SECONDS)
    engine.let_go()


def _sweep_until(stop: threading.Event) -> None:
    next_orphans = time.monotonic() + _ORPHANS_SECONDS / 60
    next_night = time.monotonic() + _ORPHANS_SECONDS / 6
    while not stop.wait(_SWEEP_SECONDS):
        _tolerant(sweep)
        if time.monotonic() >= next_orphans:
            _tolerant(sweep_orphans)
            next_orphans = time.monotonic() + _ORPHANS_SECONDS
        if time.monotonic() >= next_night:
            _tolerant(reconcile_libraries)
            next_night = time.monotonic() + _NIGHTLY_SECONDS


def _tolerant(run: Any) -> int:
    """Run one round; a database that is away for a while is no reason to end."""
    try:
        return int(run())
    except (OperationalError, InterfaceError) as error:
        logger.warning("database unavailable", extra={"error": error})
        return 0
    finally:
        close_old_connections()
