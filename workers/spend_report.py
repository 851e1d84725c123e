"""What was spent: month by month and by operation, of one user or of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from accounts.models import User
from gallery.models import Job, JobState
from workers.models import ProviderState, Spend, SpendState
from workers.spending.caps import cap_of, is_reached, spent_in, this_month
from workers.spending.holds import PAUSES
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
class PausedStep:
    """How many of the user's jobs of a step wait, for which reason, and till when at most."""

    step: str
    code: str
    message: str
    count: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """A user's month against the cap that binds, in US dollars; a cap of None is none.

    ``cap_of`` tells whose cap that is: "user", "installation", or nothing. What others spend
    shows only in whether the cap of all is reached.
    """

    spent: Decimal
    cap: Decimal | None
    cap_of: str
    cap_reached: bool
    paused: list[ProviderState]
    paused_steps: list[PausedStep]

    @property
    def percent(self) -> int:
        return min(int(self.spent * 100 / self.cap), 100) if self.cap else 100


def balance_of(user: User) -> Balance:
    cap, whose, reached = _binding_cap(user)
    return Balance(
        spent=as_dollars(spent_in(this_month(), user)),
        cap=None if cap is None else as_dollars(cap),
        cap_of=whose,
        cap_reached=reached,
        paused=list(ProviderState.objects.exclude(paused_at=None).order_by("provider")),
        paused_steps=_paused_steps(user),
    )


def _binding_cap(user: User) -> tuple[int | None, str, bool]:
    """The installation's cap where it is reached or the only one, else the user's own."""
    own, of_all = cap_of(user), cap_of(None)
    is_over = is_reached(None)
    if of_all is not None and (own is None or (is_over and not is_reached(user))):
        return of_all, "installation", is_over
    return own, "" if own is None else "user", is_reached(user)


def _paused_steps(user: User) -> list[PausedStep]:
    held = Job.objects.filter(
        item__owner=user,
        item__trashed_at=None,
        state=JobState.WAITING,
        error_code__in=PAUSES,
        run_at__gt=timezone.now(),
    )
    rows = held.values_list("step", "error_code").annotate(
        Max("error_message"), Count("pk"), Min("run_at")
    )
    return [PausedStep(*row) for row in rows.order_by("step", "error_code")]


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
