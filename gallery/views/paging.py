"""Slices of a long list by cursor: stable while items come and go, and as fast at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from gallery.models import MediaItem

PAGE_SIZE = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OrderField = Literal["taken_local", "trashed_at", "added_at"]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some items in order, and the cursor of the next ones ("" at the end)."""

    items: list[MediaItem]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Neighbors:
    """The ids of the items just newer and just older."""

    newer: UUID | None
    older: UUID | None


def slice_of(items: QuerySet[MediaItem], cursor: str, field: OrderField = "taken_local") -> Slice:
    """Return the page of ``items`` after ``cursor``, newest first by ``field``."""
    ordered = items.order_by(f"-{field}", "-id")
    if position := _read(cursor):
        ordered = ordered.filter(_older_than(field, *position))
    found = list(ordered[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    return Slice(found, _write(getattr(found[-1], field), found[-1].pk) if more else "")


def neighbors_of(items: QuerySet[MediaItem], item: MediaItem) -> Neighbors:
    """Return what stands beside ``item`` in the timeline made of ``items``."""
    older = items.filter(_older_than("taken_local", item.taken_local, item.pk))
    newer = items.filter(
        Q(taken_local__gt=item.taken_local) | Q(taken_local=item.taken_local, id__gt=item.pk)
    )
    return Neighbors(
        newer=newer.order_by("taken_local", "id").values_list("pk", flat=True).first(),
        older=older.order_by("-taken_local", "-id").values_list("pk", flat=True).first(),
    )


def _older_than(field: str, moment: datetime, pk: UUID) -> Q:
    return Q(**{f"{field}__lt": moment}) | Q(**{field: moment, "id__lt": pk})


def _write(moment: datetime, pk: UUID) -> str:
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}_{pk.hex}"


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    micros, _, key = cursor[:64].partition("_")
    try:
        return _EPOCH + timedelta(microseconds=int(micros)), UUID(key)
    except (ValueError, OverflowError):
        # Not a cursor of ours: the list starts at its beginning.
        return None
