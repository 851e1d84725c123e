"""Hears from a queue which videos have been looked at, so that nobody waits for the next poll."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import OperationalError, close_old_connections

from workers.cloud.notifications import QueueUnavailable, hear_finished
from workers.spending.long_jobs import wake

logger = logging.getLogger(__name__)
_WAIT_SECONDS = 10
_PAUSE_SECONDS = 30.0


def listen_until(stop: threading.Event) -> None:
    """Empty the queue that the settings name until ``stop`` is set; without one, do nothing."""
    while settings.PIXTRACT_REKOGNITION["queue_url"] and not stop.is_set():
        if not _tolerant():
            stop.wait(_PAUSE_SECONDS)


def hear_once() -> int:
    """Make due what the notices in the queue are about; returns how many notices came.

    Waits for one for some seconds; raises QueueUnavailable.
    """
    queue_url = settings.PIXTRACT_REKOGNITION["queue_url"]
    return hear_finished(queue_url, wake, seconds=_WAIT_SECONDS)


def _tolerant() -> bool:
    """False when queue or database are away for a while: no reason to end."""
    try:
        hear_once()
    except (QueueUnavailable, OperationalError) as error:
        logger.warning("notices unavailable", extra={"error": error})
        return False
    finally:
        close_old_connections()
    return True
