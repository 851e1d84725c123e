"""Keeps the leases of the jobs and uploads that this process is busy with."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection

from gallery.services import jobs, verification

logger = logging.getLogger(__name__)
_PULSE_SECONDS = 5.0


class LeaseKeeper:
    """A thread that extends the held leases every five seconds while there are any."""

    def __init__(self) -> None:
        self._held: set[uuid.UUID] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def holding(self, token: uuid.UUID) -> Iterator[None]:
        with self._lock:
            self._held.add(token)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._beat, name="leases", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(token)

    def _beat(self) -> None:
        stop = threading.Event()
        while not stop.wait(_PULSE_SECONDS):
            with self._lock:
                held = set(self._held)
                if not held:
                    self._thread = None
                    break
            self._extend(held)

    def _extend(self, held: set[uuid.UUID]) -> None:
        try:
            jobs.extend_leases(held)
            verification.extend_leases(held)
        except (OperationalError, InterfaceError) as error:
            # The next pulse tries again; three missed ones give the jobs to another worker.
            logger.warning("leases not extended", extra={"error": error})
        finally:
            connection.close()


keeper = LeaseKeeper()
