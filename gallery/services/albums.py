"""Writes on albums: make, change, fill, empty, delete. Items outlive every album they are in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import User
from gallery.models import Album, AlbumItem, MediaItem
from gallery.names import given_name
from gallery.services.changes import batches, note_change, note_change_of

MAX_ALBUMS = 2_000
MAX_ITEMS = 20_000
MAX_DESCRIPTION = 10_000
STEP = 1 << 20


class AlbumRefused(Exception):
    """The album cannot be made or changed like that; ``status`` is what HTTP calls it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class AlbumChanges(TypedDict, total=False):
    """What an owner may set; ``cover`` is the id of an item in the album, or None for none."""

    name: str
    description: str
    ordering: str
    cover: UUID | None


def album_name(raw: str) -> str:
    """Return ``raw`` as the name of an album: one line of printable text; raises AlbumRefused."""
    if not (name := given_name(raw)):
        raise AlbumRefused(400, "no_name", "An album needs a name.")
    return name


@transaction.atomic
def create_album(owner: User, name: str, description: str = "") -> Album:
    """Make an empty album; raises AlbumRefused."""
    _lock_names(owner.pk)
    if Album.objects.filter(owner=owner).count() >= MAX_ALBUMS:
        message = f"You have {MAX_ALBUMS:,} albums; delete one first."
        raise AlbumRefused(409, "too_many_albums", message)
    album = Album(owner=owner, name=album_name(name), description=_described(description))
    _save(album, is_new=True)
    return album


@transaction.atomic
def change_album(album: Album, changes: AlbumChanges) -> Album:
    """Apply the changes; another name is found on all its items. Raises AlbumRefused."""
    if "name" in changes:
        _lock_names(album.owner_id)
    known = lock_album(album)
    wanted = changes.get("cover", known.cover_id)
    album.cover_id = wanted if wanted == known.cover_id else _cover(album, wanted)
    album.name = album_name(changes.get("name", known.name))
    album.description = _described(changes.get("description", known.description))
    album.ordering = changes.get("ordering", known.ordering)
    _save(album)
    if album.name != known.name:
        note_change_of(album.owner_id, MediaItem.objects.filter(album_places__album=album))
    return album


@transaction.atomic
def delete_album(album: Album) -> None:
    """Delete the album; its items stay where they are."""
    lock_album(album)
    note_change_of(album.owner_id, MediaItem.objects.filter(album_places__album=album))
    album.delete()


@transaction.atomic
def add_to_album(album: Album, item_ids: Sequence[UUID]) -> int:
    """Put the owner's items at the end, in this order; returns how many were not in it yet.

    Foreign ids, and those of items in the trash, are passed over. Raises AlbumRefused.
    """
    lock_album(album)
    new = _not_in_it_yet(album, item_ids)
    if len(new) > _room_in(album):
        message = f"An album holds {MAX_ITEMS:,} items at most."
        raise AlbumRefused(409, "album_full", message)
    return _append(album, new)


@transaction.atomic
def fill_album(album: Album, item_ids: Sequence[UUID]) -> tuple[int, bool]:
    """Like ``add_to_album``, as far as there is room; returns how many, and if it was enough."""
    lock_album(album)
    new, room = _not_in_it_yet(album, item_ids), _room_in(album)
    return _append(album, new[:room]), len(new) <= room


def _room_in(album: Album) -> int:
    return max(MAX_ITEMS - album.places.count(), 0)


def _append(album: Album, new: list[UUID]) -> int:
    last = album.places.aggregate(last=Max("position"))["last"] or 0
    AlbumItem.objects.bulk_create(
        [
            AlbumItem(album=album, item_id=item_id, position=last + STEP * number)
            for number, item_id in enumerate(new, 1)
        ],
        batch_size=500,
    )
    note_change(album.owner_id, new)
    return len(new)


@transaction.atomic
def remove_from_album(album: Album, item_ids: Sequence[UUID]) -> int:
    """Take items out of the album; returns how many were in it."""
    known = lock_album(album)
    removed: list[UUID] = []
    for batch in batches(item_ids):
        places = album.places.filter(item__in=batch)
        removed += places.values_list("item_id", flat=True)
        places.delete()
    if known.cover_id in removed:
        album.cover_id = None
        album.save(update_fields=["cover"])
    note_change(album.owner_id, removed)
    return len(removed)


def lock_album(album: Album) -> Album:
    """Return the album as it is now, kept from other writers; raises AlbumRefused when gone."""
    found = Album.objects.select_for_update().filter(pk=album.pk).first()
    if found is None:
        raise AlbumRefused(404, "not_found", "There is no such album any more.")
    return found


def _described(text: str) -> str:
    return text.replace("\0", "").strip()[:MAX_DESCRIPTION]


def _lock_names(owner_id: UUID) -> None:
    """Let nobody else name albums of this owner until the transaction ends."""
    User.objects.select_for_update(no_key=True).filter(pk=owner_id).first()


def _save(album: Album, *, is_new: bool = False) -> None:
    taken = AlbumRefused(409, "name_taken", f"You have another album called {album.name}.")
    # SQLite knows upper and lower case of ASCII letters alone.
    others = Album.objects.filter(owner=album.owner_id).exclude(pk=album.pk)
    names = others.values_list("name", flat=True)
    if album.name.casefold() in {name.casefold() for name in names}:
        raise taken
    try:
        with transaction.atomic():
            album.save(force_insert=is_new)
    except IntegrityError as error:
        raise taken from error


def _cover(album: Album, item_id: UUID | None) -> UUID | None:
    if item_id is not None and not album.places.filter(item=item_id).exists():
        raise AlbumRefused(409, "not_in_album", "Only what is in the album can be its cover.")
    return item_id


def _not_in_it_yet(album: Album, item_ids: Sequence[UUID]) -> list[UUID]:
    wanted = list(dict.fromkeys(item_ids))
    new: set[UUID] = set()
    for batch in batches(wanted):
        own = MediaItem.objects.filter(owner=album.owner_id, trashed_at=None, pk__in=batch)
        there = album.places.filter(item__in=batch).values("item")
        new.update(own.exclude(pk__in=there).values_list("pk", flat=True))
    return [item_id for item_id in wanted if item_id in new]
