"""What is stored of found items and tells why they were found: read as far as a query asks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import FilteredRelation, Q, QuerySet

from gallery.models import AlbumItem, Label, MediaCategory, MediaItem, MediaLabel
from gallery.models.category import CategoryState
from gallery.models.label import LabelState
from search.analysis import Token, analyze
from search.label_book import all_names, holds
from search.rows import RawId, as_uuid, raw


class Name(NamedTuple):
    """What a label is called, and the words of that.

    ``above`` are the parents that it has the name from; none for a name of its own.
    """

    text: str
    tokens: tuple[Token, ...]
    above: frozenset[RawId] = frozenset()


@dataclass(frozen=True, slots=True)
class NamedLabel:
    """A label with its own name first, then all others that it goes by."""

    raw_id: RawId
    names: tuple[Name, ...]
    threshold: int | None

    @property
    def name(self) -> str:
        return self.names[0].text


@dataclass(frozen=True, slots=True)
class SeenLabel:
    """A label on an item; ``instances`` and ``moments`` are as MediaLabel describes them."""

    label: NamedLabel
    confidence: float
    state: str
    instances: list[dict[str, Any]]
    moments: list[dict[str, Any]]


class Rejected:
    """The labels that its owner rejected on an item; they are read when it comes to them."""

    def __init__(self, evidence: Evidence, item_id: UUID) -> None:
        self._evidence = evidence
        self._item_id = item_id

    def leaves(self, above: frozenset[RawId]) -> bool:
        """True for a name that a label has of its own, or from a parent that is not rejected."""
        return holds(above, lambda: self._evidence.rejections.get(self._item_id, ()))


class Evidence:
    """Knows some items. What is asked for again is remembered as it was at first."""

    def __init__(self, items: Iterable[MediaItem]) -> None:
        self._item_ids = [item.pk for item in items]
        self._seen: dict[frozenset[RawId], dict[UUID, list[SeenLabel]]] = {}

    @cached_property
    def labels(self) -> dict[RawId, NamedLabel]:
        """Every label that any of the items has, unless it is hidden or rejected wherever it is."""
        parents: dict[RawId, list[tuple[RawId, str, str]]] = {}
        told: dict[RawId, tuple[str, str, int | None]] = {}
        for raw_id, name, aliases, threshold, *parent in _labels_on(self._item_ids):
            told[raw_id] = name, aliases, threshold
            if parent[0] is not None:
                parents.setdefault(raw_id, []).append((parent[0], parent[1], parent[2]))
        return {
            raw_id: NamedLabel(raw_id, _names((name, aliases), *parents.get(raw_id, ())), threshold)
            for raw_id, (name, aliases, threshold) in told.items()
        }

    def rejected(self, item_id: UUID) -> Rejected:
        """Return what was rejected on one of the items."""
        return Rejected(self, item_id)

    @cached_property
    def rejections(self) -> dict[UUID, list[RawId]]:
        """The labels that were rejected on each item."""
        rows = MediaLabel.objects.filter(item__in=self._item_ids, state=LabelState.REJECTED)
        return _grouped(rows.order_by().values_list("item_id", raw("label_id")))

    @cached_property
    def albums(self) -> dict[UUID, list[str]]:
        """The names of the albums that each item is in."""
        placed = AlbumItem.objects.filter(item__in=self._item_ids).order_by("album__name")
        return _grouped(placed.values_list("item_id", "album__name"))

    @cached_property
    def categories(self) -> dict[UUID, list[str]]:
        """The names of the categories that each item is in, without those that were dismissed."""
        rows = MediaCategory.objects.filter(item__in=self._item_ids).order_by("pk")
        kept = rows.exclude(category__state=CategoryState.DISMISSED)
        return _grouped(kept.values_list("item_id", "category__name"))

    def seen(self, labels: Collection[RawId]) -> dict[UUID, list[SeenLabel]]:
        """Return where these labels are on each item, the surest first, then by name."""
        key = frozenset(labels)
        if key not in self._seen:
            self._seen[key] = self._read(key) if key else {}
        return self._seen[key]

    def _read(self, labels: frozenset[RawId]) -> dict[UUID, list[SeenLabel]]:
        ids = map(as_uuid, labels)
        rows = MediaLabel.objects.filter(item__in=self._item_ids, label__in=ids)
        kept = rows.exclude(state=LabelState.REJECTED).annotate(raw_label=raw("label_id"))
        columns = ("item_id", "raw_label", "confidence", "state", "instances", "moments")
        found = (
            (item_id, SeenLabel(self.labels[raw_label], *values))
            for item_id, raw_label, *values in kept.order_by().values_list(*columns)
        )
        return _grouped(sorted(found, key=lambda pair: (-pair[1].confidence, pair[1].label.name)))


def _labels_on(item_ids: Sequence[UUID]) -> QuerySet[Any, tuple[Any, ...]]:
    """Read the labels of items, each as often as it has parents that are not hidden.

    Aliases are as they are stored; a label without parents has None for theirs.
    """
    kept = MediaLabel.objects.filter(item__in=item_ids).exclude(state=LabelState.REJECTED)
    labels = Label.objects.filter(pk__in=kept.values("label"), hidden=False).annotate(
        raw_id=raw("pk"),
        raw_aliases=raw("aliases"),
        above=FilteredRelation("parents", condition=Q(parents__hidden=False)),
        above_id=raw("above__pk"),
        above_aliases=raw("above__aliases"),
    )
    own, parent = ("raw_id", "name", "raw_aliases", "threshold"), ("above__name", "above_aliases")
    found: QuerySet[Any, tuple[Any, ...]] = labels.order_by("above__name").values_list(
        *own, "above_id", *parent
    )
    return found


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


@lru_cache(maxsize=10_000)
def _names(label: tuple[str, str], *parents: tuple[RawId, str, str]) -> tuple[Name, ...]:
    """Return all that a label is called, from names and aliases as they are stored."""
    above = ((raw_id, name, json.loads(aliases)) for raw_id, name, aliases in parents)
    found = all_names((label[0], json.loads(label[1])), above)
    return tuple(Name(name, tuple(analyze(name)), source) for name, source in found.items())
