"""One paid call: let through, paced, booked before, made, booked after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from workers.analyzers.base import AnalyzerError, Billed, Completed, Pending
from workers.models import Spend, SpendState
from workers.spending import ledger, pace, providers
from workers.spending.holds import THROTTLED, Hold

_THROTTLED_FIRST = timedelta(seconds=3)


def buy(
    owner: User,
    question: str,
    *,
    provider: str,
    operation: str,
    call: Callable[[], Completed | Pending],
    keep: Callable[[Completed], None],
) -> Completed:
    """Return what ``call`` answers, kept by ``keep`` in the transaction that books it as paid.

    Raises Hold when the call cannot be made now, AnalyzerError when it failed.
    """
    providers.admit(provider)
    pace.take_turn(provider, operation)
    spend = ledger.reserve(owner, question, provider, operation, 1)
    with held_back(provider, operation), booked(spend):
        completed = call()
        if not isinstance(completed, Completed):
            message = "The engine has not answered yet."
            raise AnalyzerError("still_pending", message, permanent=False, billed=Billed.UNCERTAIN)
    with transaction.atomic():
        keep(completed)
        ledger.settle(spend, SpendState.PAID, units=completed.units)
    return completed


@contextmanager
def booked(spend: Spend) -> Iterator[None]:
    """Book ``spend`` as not charged, or as uncertain, when the call in the block fails."""
    try:
        yield
    except AnalyzerError as error:
        uncertain = error.billed == Billed.UNCERTAIN
        state = SpendState.UNCERTAIN if uncertain else SpendState.UNPAID
        ledger.settle(spend, state, code=error.code)
        raise


@contextmanager
def held_back(provider: str, operation: str) -> Iterator[None]:
    """Turn errors that are no fault of the file into a Hold; others are raised on."""
    try:
        yield
    except AnalyzerError as error:
        if error.misconfigured:
            raise providers.pause(provider, error) from error
        if error.throttled:
            pace.slow_down(provider, operation)
            until = timezone.now() + _THROTTLED_FIRST * pace.jitter()
            raise Hold(THROTTLED, error.message, until, bounded=True) from error
        # Whatever it says of the file: the provider takes calls.
        if error.billed == Billed.NO and error.permanent:
            providers.note_success(provider)
        raise
    providers.note_success(provider)
