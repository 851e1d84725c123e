"""Calls a second, bounded for all workers together by one row of the database."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from workers.models import CallPace
from workers.spending.holds import THROTTLED, Hold

# Up to so long a worker sleeps until its turn; for longer it puts the job off.
_PATIENCE = timedelta(seconds=2)
_PENALTY = timedelta(seconds=1)
_BURST_SECONDS = 1.0
_SPREAD = timedelta(seconds=2)


def jitter() -> float:
    """A factor between 0.5 and 1.5, so that what was put off together comes back apart."""
    return random.uniform(0.5, 1.5)  # noqa: S311 - only spreads load


def take_turn(provider: str, call: str) -> None:
    """Wait until ``call`` may be made; raises Hold when that is not soon."""
    at = _reserve_turn(provider, call)
    delay = (at - timezone.now()).total_seconds()
    if delay > 0:
        time.sleep(delay)


def slow_down(provider: str, call: str) -> None:
    """Make every worker wait a moment: the provider said that there were too many calls."""
    later = timezone.now() + _PENALTY + timedelta(seconds=_BURST_SECONDS)
    CallPace.objects.get_or_create(name=_name(provider, call), defaults={"next_at": later})
    pace = CallPace.objects.filter(name=_name(provider, call))
    pace.filter(next_at__lt=later).update(next_at=later)


@transaction.atomic
def _reserve_turn(provider: str, call: str) -> datetime:
    now, rate = timezone.now(), settings.PIXTRACT_SPEND["calls_per_second"][provider]
    pace = _turns(provider, call)
    earliest = pace.next_at - timedelta(seconds=_BURST_SECONDS)
    if earliest - now > _PATIENCE:
        raise Hold(THROTTLED, "Waiting for its turn.", earliest + _SPREAD * jitter(), bounded=True)
    pace.next_at = max(pace.next_at, now) + timedelta(seconds=1 / rate)
    pace.save(update_fields=["next_at"])
    return max(earliest, now)


def _turns(provider: str, call: str) -> CallPace:
    name = _name(provider, call)
    CallPace.objects.get_or_create(name=name, defaults={"next_at": timezone.now()})
    return CallPace.objects.select_for_update().get(name=name)


def _name(provider: str, call: str) -> str:
    # Quotas are per call, whatever features are asked for in it.
    return f"{provider}:{call.partition(':')[0]}"
