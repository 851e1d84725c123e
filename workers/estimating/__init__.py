"""What a run would cost, kept answers counted as nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from gallery.models import Job, JobState, Kind, MediaItem, Step
from gallery.queries import library_of
from workers.engines import label_analyzer, text_analyzer
from workers.estimating.basket import Basket, Line
from workers.estimating.batch import Batch, batches_of, state_of
from workers.estimating.reading import add_fields, add_text
from workers.estimating.seeing import add_labels
from workers.gates import texty

__all__ = [
    "PAID_STEPS",
    "UNDONE",
    "Line",
    "Offer",
    "estimate",
    "missing",
    "paid_engines",
    "unread_pages",
]

PAID_STEPS = (Step.LABEL.value, Step.READ.value, Step.EXTRACT.value)
# Over, but without a result.
UNDONE = (JobState.FAILED, JobState.SKIPPED)
# What waits, for whatever reason, is bought as soon as it may go on.
_OPEN = (*UNDONE, JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Offer:
    """To read so many pages for so many micro-dollars, fields and tables included."""

    pages: int
    microdollars: int


def paid_engines() -> list[str]:
    """The providers that the settings choose to see and to read; empty: both are local or off."""
    chosen = (label_analyzer(), text_analyzer())
    return [engine.provider for engine in chosen if engine is not None and engine.provider]


def estimate(
    items: QuerySet[MediaItem],
    steps: Collection[str],
    *,
    wished: bool = False,
    forgotten: Collection[str] = (),
) -> list[Line]:
    """What ``steps`` on ``items``, and what follows from them, would cost as settings are now.

    Local engines and kept answers make no line. ``wished``: the steps are asked for by name,
    so that text is bought also where nothing promises any. ``forgotten`` are the operations
    whose kept answers count as not there. One case alone can cost more: a
    page on which AnalyzeExpense or AnalyzeDocument finds no line is read for its text, too.
    """
    basket = Basket()
    for batch in batches_of(items, forgotten):
        for item in batch.items:
            _add(batch, item, set(steps), basket, wished=wished)
    return basket.lines()


def missing(
    items: QuerySet[MediaItem], steps: Collection[str], states: Collection[str] = _OPEN
) -> list[Line]:
    """What those of ``steps`` would cost that are in one of ``states``: as they come, not done."""
    undone = Job.objects.filter(step__in=steps, state__in=states).values("item")
    basket = Basket()
    for batch in batches_of(items.filter(pk__in=undone)):
        for item in batch.items:
            wanted = {step for step in steps if state_of(item, step) in states}
            _add(batch, item, wanted, basket, wished=False)
    return basket.lines()


def unread_pages(user: User) -> tuple[QuerySet[MediaItem], Offer | None]:
    """The items that look like pages and are unread, and what reading them would cost."""
    skipped = Job.objects.filter(step=Step.READ, state=JobState.SKIPPED)
    unread = skipped.exclude(error_code="needs_failed").values("item")
    items = texty(library_of(user).filter(pk__in=unread))
    lines = estimate(items, [Step.READ])
    pages = sum(line.units for line in lines if line.step == Step.READ)
    cost = sum(line.microdollars for line in lines)
    return items, Offer(pages, cost) if pages else None


def _add(
    batch: Batch, item: MediaItem, steps: Collection[str], basket: Basket, *, wished: bool
) -> None:
    is_seen_anew = Step.LABEL in steps and add_labels(batch, item, basket)
    if Step.READ in steps:
        is_known = wished or item.pk in batch.texty
        # What is seen for the first time may promise text.
        if is_known or is_seen_anew:
            is_sure = wished or bool(item.document_type) or item.kind == Kind.DOCUMENT
            add_text(batch, item, basket, at_most=not is_known or (is_seen_anew and not is_sure))
    elif Step.EXTRACT in steps:
        add_fields(batch, item, basket)
