"""What a run would cost, kept answers counted as nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from gallery.models import Job, JobState, Kind, MediaItem, Rendition, Step
from gallery.queries import library_of
from gallery.services.facts import is_page_like
from workers.analyzers.base import LabelAnalyzer, TextAnalyzer
from workers.engines import label_analyzer, most_frames, text_analyzer
from workers.gates import texty
from workers.models import AnalysisResult
from workers.results import LABELS, TEXT, parameters_hash
from workers.spending.prices import price_of

T = TypeVar("T")
PAID_STEPS = (Step.LABEL.value, Step.READ.value)
# What could be bought: over, but without a result. What waits will be bought anyway.
_UNDONE = (JobState.FAILED, JobState.SKIPPED)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One operation: how many items and units it is about, and micro-dollars."""

    step: str
    provider: str
    operation: str
    items: int
    units: int
    microdollars: int


def estimate(items: QuerySet[MediaItem], steps: Collection[str]) -> list[Line]:
    """What ``steps`` on ``items`` would cost with the engines that are chosen.

    Local engines and kept answers make no line. It is an upper bound for documents whose
    own text is not known yet.
    """
    lines = [_line(items, step) for step in PAID_STEPS if step in steps]
    return [line for line in lines if line is not None and line.units]


def missing(user: User, step: str) -> QuerySet[MediaItem]:
    """The user's items that the step gave nothing for."""
    undone = Job.objects.filter(step=step, state__in=_UNDONE).values("item")
    return library_of(user).filter(pk__in=undone)


def unread_pages(user: User) -> tuple[QuerySet[MediaItem], Line | None]:
    """The items that look like pages and are unread, and what reading them would cost."""
    skipped = Job.objects.filter(step=Step.READ, state=JobState.SKIPPED)
    unread = skipped.exclude(error_code="needs_failed").values("item")
    items = texty(library_of(user).filter(pk__in=unread))
    return items, next(iter(estimate(items, [Step.READ])), None)


def _line(items: QuerySet[MediaItem], step: str) -> Line | None:
    analyzer = label_analyzer() if step == Step.LABEL else text_analyzer()
    if analyzer is None or not analyzer.provider:
        return None
    counts: Counter[str] = Counter()
    for batch in _batches(items.order_by("pk").iterator(_BATCH)):
        units = _units(batch, analyzer, step)
        counts["items"] += sum(1 for number in units.values() if number)
        counts["units"] += sum(units.values())
    provider, operation = analyzer.provider, analyzer.operation
    cost = price_of(provider, operation, counts["units"])
    return Line(step, provider, operation, counts["items"], counts["units"], cost)


def _units(
    batch: list[MediaItem], analyzer: LabelAnalyzer | TextAnalyzer, step: str
) -> dict[UUID, int]:
    operation = LABELS if step == Step.LABEL else TEXT
    kept = Counter(
        AnalysisResult.objects.filter(
            owner__in={item.owner_id for item in batch},
            sha256__in=[item.sha256 for item in batch],
            operation=operation,
            parameters=parameters_hash(analyzer),
        ).values_list("owner", "sha256")
    )
    frames = _frames(batch)
    asked = {item.pk: _asked(item, analyzer, step, frames[item.pk]) for item in batch}
    return {item.pk: max(asked[item.pk] - kept[(item.owner_id, item.sha256)], 0) for item in batch}


def _asked(item: MediaItem, analyzer: LabelAnalyzer | TextAnalyzer, step: str, frames: int) -> int:
    """How many pictures of the item the engine is shown."""
    if item.kind == Kind.VIDEO:
        return min(frames, _most_frames(analyzer, step))
    if step == Step.READ and is_page_like(item):
        return min(item.page_count or 1, settings.PIXTRACT_MAX_PAGES)
    return 1


def _most_frames(analyzer: LabelAnalyzer | TextAnalyzer, step: str) -> int:
    if step == Step.READ:
        return int(settings.PIXTRACT_MAX_VIDEO_TEXT_FRAMES)
    return most_frames(analyzer) if isinstance(analyzer, LabelAnalyzer) else 0


def _frames(batch: list[MediaItem]) -> Counter[UUID]:
    videos = [item.pk for item in batch if item.kind == Kind.VIDEO]
    found = Rendition.objects.filter(item__in=videos, name__startswith="frame-")
    return Counter(found.values_list("item", flat=True))


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        yield batch
