"""What is done to the ticked items of an album, within that album."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from gallery.access import get_album_for
from gallery.forms import AlbumChoiceForm
from gallery.models import Album
from gallery.services.album_order import Way, move_way
from gallery.services.albums import AlbumRefused, change_album, remove_from_album
from gallery.views.requests import PageRequest, back_to, counted

_WAYS = {way.value: way for way in Way}


def in_album(request: PageRequest, action: str, ids: list[UUID]) -> HttpResponse:
    """Do what the pressed button says in the album that the form names."""
    form = AlbumChoiceForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "No album was chosen.")
        return back_to(request, "gallery:photos")
    album = get_album_for(request.user, form.cleaned_data["album"])
    try:
        return ALBUM_ACTIONS[action](request, album, ids)
    except AlbumRefused as refused:
        messages.error(request, refused.message)
        return back_to(request, "gallery:album", album.pk)


def _remove(request: PageRequest, album: Album, ids: list[UUID]) -> HttpResponse:
    count = remove_from_album(album, ids)
    messages.success(request, counted(count, f"taken out of “{album.name}”"))
    return back_to(request, "gallery:album", album.pk)


def _cover(request: PageRequest, album: Album, ids: list[UUID]) -> HttpResponse:
    change_album(album, {"cover": ids[0]})
    messages.success(request, "This is the cover now.")
    return back_to(request, "gallery:album", album.pk)


def _move(request: PageRequest, album: Album, ids: list[UUID]) -> HttpResponse:
    """Move, and show the page with the items still ticked and the button at hand."""
    pressed = request.POST["action"]
    move_way(album, ids, _WAYS[pressed])
    kept = urlencode({"picked": ",".join(map(str, ids)), "pressed": pressed})
    address = reverse("gallery:album", args=[album.pk])
    return HttpResponseRedirect(f"{address}?{kept}")


ALBUM_ACTIONS: dict[str, Callable[[PageRequest, Album, list[UUID]], HttpResponse]] = {
    "remove_from_album": _remove,
    "cover": _cover,
    **dict.fromkeys(_WAYS, _move),
}
