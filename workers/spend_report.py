"""What was spent: month by month and by operation, of one user or of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from accounts.models import User
from workers.models import ProviderState, Spend, SpendState
from workers.spending.caps import cap_of, spent_in, this_month
from workers.spending.prices import as_dollars

_MONTHS_OF_OPERATIONS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One operation in one month; US dollars. ``uncertain`` is what may have been charged."""

    month: date
    provider: str
    operation: str
    units: int
    paid: Decimal
    uncertain: Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """This month against the cap, in US dollars; a cap of None is none."""

    spent: Decimal
    cap: Decimal | None
    paused: list[ProviderState]

    @property
    def percent(self) -> int:
        return min(int(self.spent * 100 / self.cap), 100) if self.cap else 100


def balance_of(user: User | None) -> Balance:
    """Of ``user``, or with None of the whole installation."""
    cap = cap_of(user)
    return Balance(
        spent=as_dollars(spent_in(this_month(), user)),
        cap=None if cap is None else as_dollars(cap),
        paused=list(ProviderState.objects.exclude(paused_at=None).order_by("provider")),
    )


def rows_of(user: User) -> list[Row]:
    """Newest month first; attempts that cost nothing make no row."""
    spends = Spend.objects.filter(owner=user).exclude(state=SpendState.UNPAID)
    sums = spends.values("month", "provider", "operation").annotate(
        paid_units=Sum("units", filter=Q(state=SpendState.PAID), default=0),
        paid=Sum("microdollars", filter=Q(state=SpendState.PAID), default=0),
        unsure=Sum("microdollars", filter=~Q(state=SpendState.PAID), default=0),
    )
    ordered = sums.order_by("-month", "provider", "operation")[:_MONTHS_OF_OPERATIONS]
    return [
        Row(
            month=row["month"],
            provider=row["provider"],
            operation=row["operation"],
            units=row["paid_units"],
            paid=as_dollars(row["paid"]),
            uncertain=as_dollars(row["unsure"]),
        )
        for row in ordered
    ]
