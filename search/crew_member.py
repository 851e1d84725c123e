"""How a process of a crew begins. Imported before Django is set up: it imports nothing of ours."""

from __future__ import annotations

import gc
import os
import signal
import threading
from multiprocessing import parent_process

_COLLECTED_AFTER = (100_000, 20, 20)


def begin(database: str) -> None:
    """Set this process up to work on a database, for as long as the one that started it lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import django

    django.setup()
    from django.db import connections

    connections.settings["default"]["NAME"] = database
    seldom_collect()


def seldom_collect() -> None:
    """Look for cycles of garbage less often: rows and documents make none, and there are many."""
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


def _end_with_parent() -> None:
    """A parent that was killed could not say that there is nothing more to do."""
    if parent := parent_process():
        parent.join()
        os._exit(1)
