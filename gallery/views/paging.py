"""Slices of a long list by cursor: stable while items come and go, and as fast at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from gallery.models import Album, AlbumOrder, MediaItem
from gallery.queries import in_album

PAGE_SIZE = 60
_LIMIT = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OrderField = Literal["taken_local", "trashed_at", "added_at", "position"]
_ALBUM_ORDERS: dict[str, tuple[OrderField, bool]] = {
    AlbumOrder.NEWEST: ("taken_local", False),
    AlbumOrder.OLDEST: ("taken_local", True),
    AlbumOrder.MANUAL: ("position", True),
}


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


def slice_of(
    items: QuerySet[MediaItem],
    cursor: str,
    field: OrderField = "taken_local",
    *,
    ascending: bool = False,
    size: int = PAGE_SIZE,
) -> Slice:
    """Return the page of ``items`` after ``cursor``, newest first by ``field``.

    ``position`` is the item's place in an album, which ``items`` comes with.
    """
    sign = "" if ascending else "-"
    ordered = items.order_by(f"{sign}{field}", f"{sign}id")
    if (after := _read(cursor, field)) is not None:
        ordered = ordered.filter(_beyond(field, *after, ascending=ascending))
    found = list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Slice(found, _write(getattr(found[-1], field), found[-1].pk) if more else "")


def album_slice(album: Album, cursor: str, size: int = PAGE_SIZE) -> Slice:
    """Return the page of the album behind ``cursor``, in the album's order."""
    field, ascending = _ALBUM_ORDERS[album.ordering]
    return slice_of(in_album(album), cursor, field, ascending=ascending, size=size)


def neighbors_of(items: QuerySet[MediaItem], item: MediaItem) -> Neighbors:
    """Return what stands beside ``item`` in the timeline made of ``items``."""
    older = items.filter(_beyond("taken_local", item.taken_local, item.pk, ascending=False))
    newer = items.filter(_beyond("taken_local", item.taken_local, item.pk, ascending=True))
    return Neighbors(
        newer=newer.order_by("taken_local", "id").values_list("pk", flat=True).first(),
        older=older.order_by("-taken_local", "-id").values_list("pk", flat=True).first(),
    )


def album_neighbors(album: Album, item: MediaItem) -> Neighbors:
    """Return what stands before and after ``item`` in the album's order."""
    field, ascending = _ALBUM_ORDERS[album.ordering]
    items = in_album(album)
    placed = items.filter(pk=item.pk).first()
    if placed is None:
        return Neighbors(None, None)

    def nearest(*, ascending: bool) -> UUID | None:
        beyond = items.filter(_beyond(field, getattr(placed, field), item.pk, ascending=ascending))
        sign = "" if ascending else "-"
        ordered = beyond.order_by(f"{sign}{field}", f"{sign}id")
        return ordered.values_list("pk", flat=True).first()

    return Neighbors(newer=nearest(ascending=not ascending), older=nearest(ascending=ascending))


def _beyond(field: str, value: datetime | int, pk: UUID, *, ascending: bool) -> Q:
    side = "gt" if ascending else "lt"
    return Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"id__{side}": pk})


def _write(value: datetime | int, pk: UUID) -> str:
    number = value if isinstance(value, int) else (value - _EPOCH) // timedelta(microseconds=1)
    return f"{number}_{pk.hex}"


def _read(cursor: str, field: OrderField) -> tuple[datetime | int, UUID] | None:
    number, _, key = cursor[:64].partition("_")
    try:
        value = min(max(int(number), -_LIMIT), _LIMIT)
        return (
            value if field == "position" else _EPOCH + timedelta(microseconds=value),
            UUID(key),
        )
    except (ValueError, OverflowError):
        # Not a cursor of ours: the list starts at its beginning.
        return None
