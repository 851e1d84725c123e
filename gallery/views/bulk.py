"""One action on many items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.models import User
from gallery.queries import trash_of
from gallery.services.deletion import delete_items, trash_items
from gallery.services.editing import set_flag
from gallery.services.uploads import restore_items
from gallery.views.album_bulk import ALBUM_ACTIONS, in_album
from gallery.views.albums import choose
from gallery.views.requests import PageRequest, back_to, counted, ids_in


@dataclass(frozen=True, slots=True)
class BulkAction:
    """``run`` returns how many items it changed; ``done`` tells that in words."""

    run: Callable[[User, list[UUID]], int]
    done: str


BULK_ACTIONS = {
    "favorite": BulkAction(partial(set_flag, flag="favorite", value=True), "added to favorites"),
    "unfavorite": BulkAction(partial(set_flag, flag="favorite", value=False), "no longer favorite"),
    "archive": BulkAction(partial(set_flag, flag="archived", value=True), "archived"),
    "unarchive": BulkAction(partial(set_flag, flag="archived", value=False), "back in Photos"),
    "trash": BulkAction(trash_items, "moved to the trash"),
    "restore": BulkAction(restore_items, "restored"),
    "delete": BulkAction(delete_items, "deleted for good"),
}


@login_required
@require_POST
def bulk(request: PageRequest) -> HttpResponse:
    """Do what the pressed button says to the items that are ticked."""
    name, ids = request.POST.get("action", ""), ids_in(request.POST)
    if name == "album" and ids:
        return choose(request)
    if name in ALBUM_ACTIONS and ids:
        return in_album(request, name, ids)
    action = BULK_ACTIONS.get(name)
    if action is None or not ids:
        messages.warning(request, "Nothing was selected.")
        return back_to(request, "gallery:photos")
    count = action.run(request.user, ids)
    messages.success(request, counted(count, action.done))
    return back_to(request, "gallery:photos")


@login_required
@require_POST
def empty_trash(request: PageRequest) -> HttpResponse:
    """Delete everything in the trash for good."""
    ids = list(trash_of(request.user).values_list("pk", flat=True))
    messages.success(request, counted(delete_items(request.user, ids), "deleted for good"))
    return back_to(request, "gallery:trash")
