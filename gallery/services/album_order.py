"""An album's own order: which item stands before which."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from uuid import UUID

from django.db import transaction

from gallery.models import Album, AlbumItem, AlbumOrder
from gallery.services.albums import STEP, lock_album

_SHOWN = {
    AlbumOrder.NEWEST: ("-item__taken_local", "-item_id"),
    AlbumOrder.OLDEST: ("item__taken_local", "item_id"),
    AlbumOrder.MANUAL: ("position", "item_id"),
}


class Way(Enum):
    """Where selected items go, as a whole."""

    FIRST = "first"
    EARLIER = "earlier"
    LATER = "later"
    LAST = "last"


@transaction.atomic
def move_before(album: Album, item_ids: Sequence[UUID], before: UUID | None) -> int:
    """Put the items, in this order, in front of ``before``, or at the end; returns how many.

    From then on the album has an order of its own, which begins as the one it was shown in.
    """
    rows = _rows(album)
    moving = _picked(rows, item_ids)
    rest, at = _gap_before(rows, moving, before)
    return _arrange(album, rest, moving, at)


@transaction.atomic
def move_way(album: Album, item_ids: Sequence[UUID], way: Way) -> int:
    """Move the items as one block, a place on or all the way; returns how many."""
    rows = _rows(album)
    wanted = set(item_ids)
    moving = [row for row in rows if row.item_id in wanted]
    rest = [row for row in rows if row.item_id not in wanted]
    if not moving:
        return 0
    ahead = sum(row.item_id not in wanted for row in rows[: rows.index(moving[0])])
    at = {
        Way.FIRST: 0,
        Way.EARLIER: max(ahead - 1, 0),
        Way.LATER: min(ahead + 1, len(rest)),
        Way.LAST: len(rest),
    }[way]
    return _arrange(album, rest, moving, at)


def _rows(album: Album) -> list[AlbumItem]:
    """Return the places of what is shown, in its order."""
    known = lock_album(album)
    shown = album.places.filter(item__trashed_at=None)
    return list(shown.order_by(*_SHOWN[AlbumOrder(known.ordering)]))


def _picked(rows: Sequence[AlbumItem], item_ids: Sequence[UUID]) -> list[AlbumItem]:
    by_item = {row.item_id: row for row in rows}
    return [by_item[item_id] for item_id in dict.fromkeys(item_ids) if item_id in by_item]


def _gap_before(
    rows: Sequence[AlbumItem], moving: Sequence[AlbumItem], before: UUID | None
) -> tuple[list[AlbumItem], int]:
    """Return what stays, and in front of which of it the items go."""
    gone = {row.item_id for row in moving}
    rest = [row for row in rows if row.item_id not in gone]
    places = [row.item_id for row in rows]
    if before not in places:
        return rest, len(rest)
    ahead = places[: places.index(before)]
    return rest, sum(item_id not in gone for item_id in ahead)


def _arrange(album: Album, rest: list[AlbumItem], moving: list[AlbumItem], at: int) -> int:
    if not moving:
        return 0
    was_manual = lock_album(album).ordering == AlbumOrder.MANUAL
    changed = _in_gap(rest, moving, at) if was_manual else []
    if not changed:
        changed = [*rest[:at], *moving, *rest[at:]]
        for number, row in enumerate(changed, 1):
            row.position = STEP * number
    AlbumItem.objects.bulk_update(changed, ["position"], batch_size=500)
    album.ordering = AlbumOrder.MANUAL
    album.save(update_fields=["ordering"])
    return len(moving)


def _in_gap(rest: Sequence[AlbumItem], moving: list[AlbumItem], at: int) -> list[AlbumItem]:
    """Give what moves places between its new neighbors; nothing when there is no room."""
    room = len(moving) + 1
    low = rest[at - 1].position if at else rest[0].position - STEP * room if rest else 0
    high = rest[at].position if at < len(rest) else low + STEP * room
    stride = (high - low) // room
    if stride < 1:
        return []
    for number, row in enumerate(moving, 1):
        row.position = low + stride * number
    return moving
