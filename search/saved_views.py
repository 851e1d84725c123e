"""Pages of saved searches."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from gallery.views.requests import PageRequest
from gallery.views.tiles import Tile, tiles_for
from search.models import SavedSearch
from search.saved import NotSaved, albums_of, get_saved_for, save_search
from search.views import address_from


@dataclass(frozen=True, slots=True)
class AlbumCard:
    """A saved search as the list shows it; ``covers`` are its first hits."""

    saved: SavedSearch
    count: int
    url: str
    covers: list[Tile]


@login_required
@require_GET
def saved_searches(request: PageRequest) -> HttpResponse:
    """Show every saved search with what it holds now."""
    cards = [
        AlbumCard(
            album.saved,
            album.result.total,
            album.url,
            tiles_for([hit.item for hit in album.result.hits]),
        )
        for album in albums_of(request.user)
    ]
    return render(request, "search/saved.html", {"cards": cards})


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
    return redirect("search:saved")


@login_required
@require_POST
def forget(request: PageRequest, saved_id: UUID) -> HttpResponse:
    """Remove a saved search; what it found stays where it is."""
    saved = get_saved_for(request.user, saved_id)
    saved.delete()
    messages.success(request, f"“{saved.name}” was removed. Its items stay.")
    return redirect("search:saved")
