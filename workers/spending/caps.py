"""Monthly caps, and the running totals that are held against them.

A reservation is a conditional update of both totals: of two workers that want the last
cent, one gets it, on every database, without a lock that outlives the statement.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from gallery.services.holding import resume_held
from workers.models import SpendTotal
from workers.spending.holds import SPEND_CAP, Hold
from workers.spending.prices import MICRO


def this_month() -> date:
    """The first day of the month that a call of now belongs to (UTC)."""
    return timezone.now().astimezone(UTC).date().replace(day=1)


def month_after(month: date) -> datetime:
    """The moment at which the month after ``month`` begins (UTC)."""
    year, number = divmod(month.year * 12 + month.month, 12)
    return datetime(year, number + 1, 1, tzinfo=UTC)


def cap_of(user: User | None) -> int | None:
    """The user's monthly cap in micro-dollars, or the installation's; None: there is none."""
    if user is None:
        cap: int | None = settings.PIXTRACT_SPEND["monthly_cap"]
        return cap
    if user.monthly_spend_cap is not None:
        return int(user.monthly_spend_cap * MICRO)
    user_cap: int | None = settings.PIXTRACT_SPEND["user_monthly_cap"]
    return user_cap


def spent_in(month: date, user: User | None = None) -> int:
    """What counts toward the cap of ``user``, or of the installation, in micro-dollars."""
    total = SpendTotal.objects.filter(scope=_scope(user), month=month).first()
    return total.microdollars if total else 0


def is_reached(user: User | None) -> bool:
    """Whether something did not fit under the cap of ``user``, or of the installation."""
    cap = cap_of(user)
    if cap is None:
        return False
    total = SpendTotal.objects.filter(scope=_scope(user), month=this_month()).first()
    return total.microdollars + max(total.refused, 1) > cap if total else cap == 0


def take(user: User, month: date, amount: int) -> None:
    """Count ``amount`` toward both caps; raises Hold when it does not fit under one.

    To be called in a transaction: what the first total took is given back by rolling back.
    """
    for whose in (None, user):
        if not _add(whose, month, amount):
            raise _refusal(whose, month)


def give_back(owner_id: object, month: date, amount: int) -> None:
    """Take back what was counted and not charged, or (negative) count what was more."""
    for scope in (SpendTotal.EVERYBODY, str(owner_id)):
        SpendTotal.objects.filter(scope=scope, month=month).update(
            microdollars=F("microdollars") - amount
        )


def note_refusal(user: User, month: date, amount: int) -> None:
    """Remember how much room is needed before paused work can go on."""
    for whose in (None, user):
        cap = cap_of(whose)
        full = SpendTotal.objects.filter(scope=_scope(whose), month=month)
        if cap is not None:
            full.filter(microdollars__gt=cap - amount).filter(
                Q(refused=0) | Q(refused__gt=amount)
            ).update(refused=amount)


def resume_capped() -> int:
    """Let paused work go on where room was made, by a raised cap or by calls not charged."""
    count = 0
    for total in SpendTotal.objects.filter(month=this_month(), refused__gt=0)[:1000]:
        cap = _cap_of_scope(total.scope)
        if cap is None or total.microdollars + total.refused <= cap:
            SpendTotal.objects.filter(pk=total.pk).update(refused=0)
            count += 1
    return resume_held(SPEND_CAP) if count else 0


def _cap_of_scope(scope: str) -> int | None:
    if scope == SpendTotal.EVERYBODY:
        return cap_of(None)
    owner = User.objects.filter(pk=scope).first()
    return cap_of(owner) if owner else 0


def _add(user: User | None, month: date, amount: int) -> bool:
    scope, cap = _scope(user), cap_of(user)
    SpendTotal.objects.get_or_create(scope=scope, month=month)
    total = SpendTotal.objects.filter(scope=scope, month=month)
    if cap is not None:
        total = total.filter(microdollars__lte=cap - amount) if cap >= amount else total.none()
    return bool(total.update(microdollars=F("microdollars") + amount))


def _refusal(user: User | None, month: date) -> Hold:
    whose = "this installation's" if user is None else "your"
    message = f"Paused: {whose} spending cap of this month is reached."
    return Hold(SPEND_CAP, message, month_after(month))


def _scope(user: User | None) -> str:
    return SpendTotal.EVERYBODY if user is None else str(user.pk)
