"""The rows that documents are made of, read as plain values: no more than what is needed.

Ids of rows are as the database driver gives them ("raw"): good to tell rows apart, and to
find them again in the same process, no more. Lists answer ``all()`` as those of models do,
so that what is said of an item can be worked out from either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import CharField, ExpressionWrapper, F, QuerySet
from django.db.models.expressions import Combinable

from gallery.by_id import present
from gallery.models import AlbumItem, DocumentField, MediaCategory, MediaItem, MediaLabel, TextPage
from gallery.models.field import printed_day
from gallery.models.label import LabelState
from gallery.types import Coordinates

_PAGES_AT_ONCE = 20

RawId = str | UUID
T = TypeVar("T")


class Rows(list[T]):
    """Rows that belong to an item."""

    def all(self) -> Rows[T]:
        return self


class LabelRow(NamedTuple):
    label: RawId
    confidence: float
    state: str


class MembershipRow(NamedTuple):
    category: RawId
    confidence: float


class PrintedRow(NamedTuple):
    """A field that was read on a document."""

    kind: str
    key: str
    value: str
    normalized: str

    @property
    def day(self) -> datetime | None:
        return printed_day(self.kind, self.normalized)


class AlbumRow(NamedTuple):
    name: str


@dataclass(slots=True)
class ItemRow:
    """What the index knows of an item's own row, and the rows of others that belong to it."""

    raw_id: RawId
    search_version: int
    kind: str
    document_type: str
    file_name: str
    caption: str
    favorite: bool
    archived: bool
    has_text: bool
    added_at: datetime
    taken_local: datetime
    taken_source: str
    size_bytes: int
    width: int
    height: int
    duration_ms: int | None
    camera_make: str
    camera_model: str
    latitude: float | None
    longitude: float | None
    city: str
    region: str
    country: str
    country_code: str
    labels: Rows[LabelRow] = field(default_factory=Rows)
    rejected: Rows[UUID] = field(default_factory=Rows)
    memberships: Rows[MembershipRow] = field(default_factory=Rows)
    document_fields: Rows[PrintedRow] = field(default_factory=Rows)
    albums: Rows[AlbumRow] = field(default_factory=Rows)

    @property
    def id(self) -> UUID:
        return as_uuid(self.raw_id)

    @property
    def coordinates(self) -> Coordinates | None:
        return MediaItem.coordinates.fget(self)  # type: ignore[attr-defined, no-any-return]

    @property
    def place_name(self) -> str:
        return MediaItem.place_name.fget(self)  # type: ignore[attr-defined, no-any-return]


_LISTS = ("labels", "rejected", "memberships", "document_fields", "albums")
_COLUMNS = [found.name for found in fields(ItemRow) if found.name not in (*_LISTS, "raw_id")]


def load_rows(owner_id: UUID, item_ids: Sequence[UUID]) -> dict[RawId, ItemRow]:
    """Load the items that are the owner's and not in the trash, and what belongs to them.

    The number of queries does not depend on the number of items.
    """
    library = present(owner_id, item_ids)
    found = library.order_by("pk").annotate(raw_id=raw("pk")).values_list("raw_id", *_COLUMNS)
    items = {row[0]: ItemRow(*row) for row in found}
    for raw_id, label, confidence, state in _labels(item_ids):
        if (item := items.get(raw_id)) and state == LabelState.REJECTED:
            item.rejected.append(as_uuid(label))
        elif item:
            item.labels.append(LabelRow(label, confidence, state))
    for raw_id, category, confidence in _memberships(item_ids):
        if item := items.get(raw_id):
            item.memberships.append(MembershipRow(category, confidence))
    printed = DocumentField.objects.filter(item__in=item_ids).order_by("item", "position")
    for raw_id, *values in _of_items(printed, "kind", "key", "value", "normalized"):
        if item := items.get(raw_id):
            item.document_fields.append(PrintedRow(*values))
    placed = AlbumItem.objects.filter(item__in=item_ids).order_by("album__name")
    for raw_id, name in _of_items(placed, "album__name"):
        if item := items.get(raw_id):
            item.albums.append(AlbumRow(name))
    return items


def load_texts(item_ids: Sequence[UUID]) -> Iterator[tuple[RawId, Iterator[str]]]:
    """Yield the items that have pages, by id, each with the texts of its pages in order.

    No more than a few pages are held in memory.
    """
    pages = TextPage.objects.filter(item__in=item_ids).order_by("item_id", "number")
    rows = _of_items(pages, "text").iterator(chunk_size=_PAGES_AT_ONCE)
    for raw_id, group in groupby(rows, key=itemgetter(0)):
        yield raw_id, (text for _, text in group)


def _labels(item_ids: Sequence[UUID]) -> QuerySet[Any, tuple[Any, ...]]:
    rows = MediaLabel.objects.filter(item__in=item_ids)
    rows = rows.order_by().annotate(raw_label=raw("label_id"))
    return _of_items(rows, "raw_label", "confidence", "state")


def _memberships(item_ids: Sequence[UUID]) -> QuerySet[Any, tuple[Any, ...]]:
    rows = MediaCategory.objects.filter(item__in=item_ids)
    rows = rows.order_by().annotate(raw_category=raw("category_id"))
    return _of_items(rows, "raw_category", "confidence")


def _of_items(rows: QuerySet[Any], *columns: str) -> QuerySet[Any, tuple[Any, ...]]:
    found: QuerySet[Any, tuple[Any, ...]]
    found = rows.annotate(raw_item=raw("item_id")).values_list("raw_item", *columns)
    return found


def raw(column: str) -> Combinable:
    """Ask for a value as it is stored: to make a UUID of every label's takes the longest."""
    return ExpressionWrapper(F(column), output_field=CharField())


def as_uuid(raw_id: RawId) -> UUID:
    """Return an id that was asked for as it is stored."""
    return raw_id if isinstance(raw_id, UUID) else UUID(raw_id)
