"""What the library knows of a handful of items, fetched with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from gallery.models import DocumentType, JobState, MediaItem, MediaLabel, Step, TextPage
from gallery.types import DetectedLabel
from workers.analyzers.base import LabelAnalyzer, LongAnalyzer, TextAnalyzer
from workers.engines import face_analyzer, label_analyzer, sign_analyzer
from workers.gates import texty
from workers.models import AnalysisResult
from workers.results import LABELS, TEXT, key_of, parameters_hash, raw_of
from workers.steps.pictures import SPECIFICATION
from workers.steps.read import TELLING, telling

T = TypeVar("T")
Key = tuple[object, ...]
_BATCH = 100
_KEY = AnalysisResult.KEY


@dataclass(frozen=True, slots=True)
class Batch:
    """Items with their renditions and jobs, and by item what was found on them before.

    ``kept`` are the questions that are answered already; ``by_page`` are the owners and hashes
    of what was read picture by picture. ``pages`` gives the source of each page's text by
    number; ``seen`` the labels that the chosen engine gave, where it did.
    """

    items: Sequence[MediaItem]
    kept: set[Key]
    by_page: frozenset[tuple[object, ...]]
    texty: frozenset[UUID]
    pages: dict[UUID, dict[int, str]]
    told: dict[UUID, DocumentType]
    seen: dict[UUID, list[DetectedLabel]]

    def is_new(
        self,
        item: MediaItem,
        analyzer: LabelAnalyzer | TextAnalyzer | LongAnalyzer,
        operation: str,
        part: int,
        specification: str = SPECIFICATION,
    ) -> bool:
        """Whether the question must be bought; it is taken for answered from then on."""
        columns = key_of(item, analyzer, operation, part, specification=specification)
        key = tuple(columns[_column(name)] for name in _KEY)
        is_new = key not in self.kept
        self.kept.add(key)
        return is_new


def batches_of(items: QuerySet[MediaItem], forgotten: Collection[str] = ()) -> Iterator[Batch]:
    """All of ``items``, a bounded number at a time, without the answers to ``forgotten``."""
    ordered = items.order_by("pk").prefetch_related("renditions", "jobs")
    last: UUID | None = None
    while found := list((ordered.filter(pk__gt=last) if last else ordered)[:_BATCH]):
        yield _batch(found, forgotten)
        last = found[-1].pk


def state_of(item: MediaItem, step: str) -> str:
    """The state of the item's job, or nothing where it has none."""
    return next((job.state for job in item.jobs.all() if job.step == step), "")


def is_done(item: MediaItem, step: Step) -> bool:
    return state_of(item, step) == JobState.DONE


def _batch(items: list[MediaItem], forgotten: Collection[str]) -> Batch:
    rows = MediaItem.objects.filter(pk__in=[item.pk for item in items])
    labels = telling(MediaLabel.objects.filter(item__in=items))
    told: dict[UUID, DocumentType] = {}
    for pk, name in labels.values_list("item", "label__name"):
        told.setdefault(pk, TELLING[name])
    answers = _answers_about(items).exclude(operation__in=forgotten)
    kept: set[Key] = set(answers.values_list(*_KEY))
    read = (key for key in kept if key[3:5] == (SPECIFICATION, TEXT))
    return Batch(
        items=items,
        kept=kept,
        by_page=frozenset(key[:2] for key in read),
        texty=frozenset(texty(rows).values_list("pk", flat=True)),
        pages=_pages(items),
        told=told,
        seen=_seen(items),
    )


def _answers_about(items: list[MediaItem]) -> QuerySet[AnalysisResult]:
    return AnalysisResult.objects.filter(
        owner__in={item.owner_id for item in items}, sha256__in=[item.sha256 for item in items]
    )


def _pages(items: list[MediaItem]) -> dict[UUID, dict[int, str]]:
    found: dict[UUID, dict[int, str]] = {}
    rows = TextPage.objects.filter(item__in=items).values_list("item", "number", "source")
    for pk, number, source in rows:
        found.setdefault(pk, {})[number] = source
    return found


def _seen(items: list[MediaItem]) -> dict[UUID, list[DetectedLabel]]:
    """Read only where something else is bought by what was seen."""
    analyzer = label_analyzer()
    if analyzer is None or not (face_analyzer() or sign_analyzer()):
        return {}
    kept = _answers_about(items).filter(
        operation=LABELS,
        parameters=parameters_hash(analyzer),
        specification=SPECIFICATION,
        part=1,
    )
    labels: dict[Any, list[DetectedLabel]] = {
        (one.owner_id, one.sha256): list(analyzer.labels_from_raw(raw_of(one)))
        for one in kept.iterator(_BATCH)
    }
    by_item = {item.pk: labels.get((item.owner_id, item.sha256)) for item in items}
    return {pk: found for pk, found in by_item.items() if found is not None}


def _column(name: str) -> str:
    return "owner_id" if name == "owner" else name
