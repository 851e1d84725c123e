"""The page that takes files in, with and without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from gallery.forms import UploadNotesForm
from gallery.queries import library_of
from gallery.services.uploads import Uploaded, UploadNotes, UploadRefused, create_media_item
from gallery.uploadhandler import HashedUpload
from gallery.views.paging import slice_of
from gallery.views.requests import PageRequest
from gallery.views.tiles import Tile, tiles_for


@dataclass(frozen=True, slots=True)
class UploadsPage:
    """What was added last, newest first."""

    tiles: list[Tile]
    next_cursor: str
    max_bytes: int
    actions: tuple[str, ...] = ("favorite", "album", "archive", "trash")


@login_required
@require_http_methods(["GET", "POST"])
def uploads(request: PageRequest) -> HttpResponse:
    """Show the drop zone and what came in last; a plain form posts here."""
    if request.method == "POST":
        _take_in(request)
        return redirect("gallery:uploads")
    found = slice_of(library_of(request.user), request.GET.get("cursor", ""), "added_at")
    page = UploadsPage(
        tiles_for(found.items), found.next_cursor, settings.PIXTRACT_MAX_UPLOAD_BYTES
    )
    return render(request, "gallery/uploads.html", {"page": page})


def _take_in(request: PageRequest) -> None:
    form = UploadNotesForm(request.POST)
    description = form.cleaned_data["description"] if form.is_valid() else ""
    files = cast("list[HashedUpload]", request.FILES.getlist("file"))
    if not files:
        messages.warning(request, "No file was chosen.")
    for file in files:
        _take_one(request, file, description)


def _take_one(request: PageRequest, file: HashedUpload, description: str) -> None:
    try:
        taken = create_media_item(request.user, file.incoming(), UploadNotes(description))
    except UploadRefused as refusal:
        messages.error(request, f"{file.name}: {refusal.message}")
    else:
        messages.success(request, f"{taken.item.file_name}: {_outcome(taken)}.")


def _outcome(taken: Uploaded) -> str:
    if taken.restored:
        return "was already here, and is taken out of the trash"
    return "was already here" if taken.duplicate else "added"
