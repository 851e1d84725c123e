"""Albums: what a user put together, in an order of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from gallery.access import get_album_for
from gallery.forms import AlbumChoiceForm, AlbumForm, AlbumNameForm
from gallery.models import Album, AlbumOrder
from gallery.queries import albums_of, counted_albums, in_album, visible_to
from gallery.services.albums import (
    AlbumRefused,
    add_to_album,
    change_album,
    create_album,
    delete_album,
)
from gallery.views.lists import ListPage, album_list
from gallery.views.requests import PageRequest, back_to, counted, ids_in
from gallery.views.tiles import Tile, tiles_for

_SHOWN = 8
ALBUMS = "search:albums"


@dataclass(frozen=True, slots=True)
class AlbumPage:
    """What is in one album, and the form that changes it."""

    album: Album
    count: int
    listing: ListPage
    form: AlbumForm

    @property
    def is_manual(self) -> bool:
        return self.album.ordering == AlbumOrder.MANUAL


@dataclass(frozen=True, slots=True)
class AddPage:
    """Items on their way into an album: ``tiles`` are the first of them."""

    ids: str
    count: int
    tiles: list[Tile]
    albums: list[Album]
    next: str


@login_required
@require_GET
def album(request: PageRequest, album_id: UUID) -> HttpResponse:
    """Show what one album holds."""
    return _page(request, get_album_for(request.user, album_id))


@login_required
@require_POST
def change(request: PageRequest, album_id: UUID) -> HttpResponse:
    """Give the album another name, description or order."""
    found = get_album_for(request.user, album_id)
    form = AlbumForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        change_album(found, form.changes())
    except AlbumRefused as refused:
        form.add_error("name", refused.message)
        return _page(request, get_album_for(request.user, album_id), form, status=422)
    return redirect("gallery:album", album_id)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: PageRequest, album_id: UUID) -> HttpResponse:
    """Ask, and then delete the album; its items stay."""
    found = get_album_for(request.user, album_id)
    if request.method == "POST":
        delete_album(found)
        messages.success(request, f"The album “{found.name}” is deleted. Its items stay.")
        return redirect(ALBUMS)
    context = {"album": found, "count": in_album(found).count()}
    return render(request, "gallery/album_delete.html", context)


@login_required
@require_POST
def create(request: PageRequest) -> HttpResponse:
    """Make an album, of the items that were sent along if there are any."""
    form, has_items = AlbumNameForm(request.POST), bool(request.POST.get("ids"))
    if not form.is_valid():
        return _refused(request, "An album needs a name of at most 100 letters.")
    try:
        made = create_album(request.user, form.cleaned_data["name"])
    except AlbumRefused as refused:
        return _refused(request, refused.message)
    return _filled(request, made) if has_items else redirect("gallery:album", made.pk)


def _refused(request: PageRequest, message: str) -> HttpResponse:
    """Say why there is no new album; what was ticked for it stays so."""
    messages.error(request, message)
    return choose(request) if request.POST.get("ids") else back_to(request, ALBUMS)


@login_required
@require_POST
def add(request: PageRequest) -> HttpResponse:
    """Put items into the album that was chosen."""
    form = AlbumChoiceForm(request.POST)
    if not form.is_valid():
        return choose(request)
    return _filled(request, get_album_for(request.user, form.cleaned_data["album"]))


def choose(request: PageRequest) -> HttpResponse:
    """Ask into which album the ticked items go."""
    wanted = ids_in(request.POST)
    items = list(visible_to(request.user).filter(pk__in=wanted, trashed_at=None))
    if not items:
        messages.warning(request, "Nothing was selected.")
        return back_to(request, "gallery:photos")
    page = AddPage(
        ids=",".join(str(item_id) for item_id in wanted),
        count=len(items),
        tiles=tiles_for(items[:_SHOWN]),
        albums=_albums(request.user),
        next=request.POST.get("next", ""),
    )
    return render(request, "gallery/album_add.html", {"page": page})


def _albums(user: User) -> list[Album]:
    return counted_albums(list(albums_of(user)))


def _filled(request: PageRequest, found: Album) -> HttpResponse:
    try:
        count = add_to_album(found, ids_in(request.POST))
    except AlbumRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, counted(count, f"added to “{found.name}”"))
    return back_to(request, "gallery:album", found.pk)


def _page(
    request: PageRequest, found: Album, form: AlbumForm | None = None, status: int = 200
) -> HttpResponse:
    page = AlbumPage(
        found,
        in_album(found).count(),
        album_list(request, found),
        form or AlbumForm.of(found),
    )
    return render(request, "gallery/album.html", {"page": page}, status=status)
