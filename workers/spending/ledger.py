"""The ledger: a row before each paid call, settled after it, whatever happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from workers.models import Spend, SpendState
from workers.spending import caps
from workers.spending.holds import Hold
from workers.spending.prices import price_of

# Longer than any single call can take: a row that is still open then has lost its worker.
_ABANDONED = timedelta(minutes=10)


def reserve(owner: User, question: str, provider: str, operation: str, units: int) -> Spend:
    """Book an attempt before it is made; raises Hold when a cap leaves no room for it."""
    month, amount = caps.this_month(), price_of(provider, operation, units)
    try:
        with transaction.atomic():
            caps.take(owner, month, amount)
            return Spend.objects.create(
                owner=owner,
                question=question,
                provider=provider,
                operation=operation,
                units=units,
                microdollars=amount,
                month=month,
            )
    except Hold:
        caps.note_refusal(owner, month, amount)
        raise


@transaction.atomic
def settle(spend: Spend, state: SpendState, *, units: int | None = None, code: str = "") -> None:
    """Book how an attempt ended; ``units`` when the provider counted otherwise.

    An answer that comes after its attempt was given up as uncertain is still booked as paid;
    what is paid or unpaid stays so.
    """
    row = Spend.objects.select_for_update().get(pk=spend.pk)
    if row.state in (SpendState.PAID, SpendState.UNPAID):
        return
    before = row.microdollars
    if units is not None and units != row.units:
        row.units, row.microdollars = units, price_of(row.provider, row.operation, units)
    row.state, row.error_code, row.settled_at = state, code[:40], timezone.now()
    row.save(update_fields=["state", "units", "microdollars", "error_code", "settled_at"])
    counted = 0 if state == SpendState.UNPAID else row.microdollars
    if counted != before:
        caps.give_back(row.owner_id, row.month, before - counted)


def settle_abandoned(now: datetime, *, age: timedelta = _ABANDONED) -> int:
    """Book as uncertain what dead workers left open; returns how many rows."""
    left = Spend.objects.filter(
        state=SpendState.RESERVED, created_at__lt=now - age, provider_job=None
    )
    count = 0
    for spend in left.order_by("created_at")[:1000]:
        settle(spend, SpendState.UNCERTAIN, code="worker_lost")
        count += 1
    return count
