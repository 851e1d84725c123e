"""Pages that show many items."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gallery.models import Album, AlbumOrder, MediaItem
from gallery.queries import documents_of, library_of, timeline_of, trash_of, visible_to
from gallery.views.paging import OrderField, album_slice, slice_of
from gallery.views.requests import PageRequest, ids_in
from gallery.views.tiles import Month, Tile, by_month, tiles_for

_POLLED_AT_ONCE = 120
_IN_ALBUM = ("favorite", "cover", "remove_from_album")
_IN_ALBUM_BY_HAND = ("first", "earlier", "later", "last", "cover", "remove_from_album")


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of tiles. ``actions`` names the bulk actions that make sense on it."""

    tiles: list[Tile]
    months: list[Month]
    next_cursor: str
    continued: bool
    actions: tuple[str, ...] = ("favorite", "album", "archive", "trash")
    album: Album | None = None
    picked: frozenset[UUID] = frozenset()
    pressed: str = ""

    @property
    def more(self) -> str:
        """What the link to the next page says."""
        is_newest = self.album is None or self.album.ordering == AlbumOrder.NEWEST
        return "Older" if is_newest else "More"


def list_page(
    request: PageRequest,
    items: QuerySet[MediaItem],
    *,
    field: OrderField = "taken_local",
    actions: tuple[str, ...] = ("favorite", "album", "archive", "trash"),
) -> ListPage:
    """The slice of ``items`` that the address asks for."""
    cursor = request.GET.get("cursor", "")
    found = slice_of(items, cursor, field)
    tiles = tiles_for(found.items)
    months = by_month(tiles) if field == "taken_local" else []
    return ListPage(tiles, months, found.next_cursor, bool(cursor), actions)


def album_list(request: PageRequest, album: Album) -> ListPage:
    """The slice of the album that the address asks for, with what was moved still ticked."""
    cursor = request.GET.get("cursor", "")
    found = album_slice(album, cursor)
    tiles = tiles_for(found.items)
    is_manual = album.ordering == AlbumOrder.MANUAL
    return ListPage(
        tiles,
        [] if is_manual else by_month(tiles),
        found.next_cursor,
        bool(cursor),
        _IN_ALBUM_BY_HAND if is_manual else _IN_ALBUM,
        album,
        frozenset(ids_in(request.GET, "picked")),
        request.GET.get("pressed", ""),
    )


@login_required
@require_GET
def photos(request: PageRequest) -> HttpResponse:
    """Everything by date of capture, newest first."""
    page = list_page(request, timeline_of(request.user))
    return render(request, "gallery/photos.html", {"page": page})


@login_required
@require_GET
def documents(request: PageRequest) -> HttpResponse:
    """PDFs, scans and pictures that turned out to be pages."""
    page = list_page(request, documents_of(request.user))
    return render(request, "gallery/documents.html", {"page": page})


@login_required
@require_GET
def favorites(request: PageRequest) -> HttpResponse:
    """What the user marked."""
    actions = ("unfavorite", "album", "archive", "trash")
    items = timeline_of(request.user).filter(favorite=True)
    page = list_page(request, items, actions=actions)
    return render(request, "gallery/favorites.html", {"page": page})


@login_required
@require_GET
def archive(request: PageRequest) -> HttpResponse:
    """What the user put out of the way, without losing it."""
    items = library_of(request.user).filter(archived=True)
    page = list_page(request, items, actions=("favorite", "album", "unarchive", "trash"))
    return render(request, "gallery/archive.html", {"page": page})


@login_required
@require_GET
def trash(request: PageRequest) -> HttpResponse:
    """What can still be restored."""
    items = trash_of(request.user)
    page = list_page(request, items, field="trashed_at", actions=("restore", "delete"))
    return render(request, "gallery/trash.html", {"page": page})


@login_required
@require_GET
def tiles(request: PageRequest) -> HttpResponse:
    """The tiles of some items, for pages that wait for them."""
    wanted = ids_in(request.GET)[:_POLLED_AT_ONCE]
    found = visible_to(request.user).filter(pk__in=wanted).order_by("-taken_local", "-id")
    return render(request, "includes/tiles.html", {"tiles": tiles_for(list(found))})
