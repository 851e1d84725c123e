"""Pages of albums: those that fill themselves, which are saved searches, beside the others."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from gallery.queries import albums_of
from gallery.services.albums import MAX_ITEMS, AlbumRefused
from gallery.views.album_covers import AlbumFolder, album_folders
from gallery.views.requests import PageRequest, counted, whole_number
from gallery.views.tiles import Tile, tiles_for
from search.backends.base import SearchUnavailable
from search.collecting import collect
from search.models import SavedSearch
from search.saved import NotSaved, get_saved_for, save_search, smart_albums_of
from search.views import address_from

PAGE_SIZE = 120


@dataclass(frozen=True, slots=True)
class AlbumCard:
    """A saved search as the list shows it; ``covers`` are its first hits."""

    saved: SavedSearch
    count: int
    url: str
    covers: list[Tile]


@dataclass(frozen=True, slots=True)
class AlbumsPage:
    """``next_start`` is where the next page begins, 0 on the last one."""

    folders: list[AlbumFolder]
    cards: list[AlbumCard]
    next_start: int


@login_required
@require_GET
def albums(request: PageRequest) -> HttpResponse:
    """Show every album, and on the first page every saved search, with what it holds now."""
    start = whole_number(request.GET.get("from", ""), 0)
    found = list(albums_of(request.user)[start : start + PAGE_SIZE + 1])
    page = AlbumsPage(
        album_folders(found[:PAGE_SIZE]),
        [] if start else _cards(request.user),
        start + PAGE_SIZE if len(found) > PAGE_SIZE else 0,
    )
    return render(request, "search/albums.html", {"page": page})


def _cards(user: User) -> list[AlbumCard]:
    return [
        AlbumCard(
            album.saved,
            album.result.total,
            album.url,
            tiles_for([hit.item for hit in album.result.hits]),
        )
        for album in smart_albums_of(user)
    ]


@login_required
@require_POST
def keep(request: PageRequest) -> HttpResponse:
    """Put all that the search finds into an album."""
    address = address_from(request.POST)
    try:
        kept = collect(request.user, request.POST.get("name", ""), address)
    except AlbumRefused as refused:
        messages.error(request, refused.message)
        return redirect(address.url)
    except SearchUnavailable:
        messages.error(request, "Search is not available right now. Try again in a moment.")
        return redirect(address.url)
    messages.success(request, counted(kept.added, f"added to “{kept.album.name}”"))
    if kept.is_full:
        message = f"An album holds {MAX_ITEMS:,} items: the rest of what was found is not in it."
        messages.warning(request, message)
    return redirect("gallery:album", kept.album.pk)


@login_required
@require_POST
def save(request: PageRequest) -> HttpResponse:
    """Keep the search that the form names."""
    address = address_from(request.POST)
    try:
        saved, _ = save_search(request.user, request.POST.get("name", ""), address)
    except NotSaved as error:
        messages.error(request, error.message)
        return redirect(address.url)
    messages.success(request, f"Saved as “{saved.name}”.")
    return redirect("search:albums")


@login_required
@require_POST
def forget(request: PageRequest, saved_id: UUID) -> HttpResponse:
    """Remove a saved search; what it found stays where it is."""
    saved = get_saved_for(request.user, saved_id)
    saved.delete()
    messages.success(request, f"“{saved.name}” was removed. Its items stay.")
    return redirect("search:albums")
