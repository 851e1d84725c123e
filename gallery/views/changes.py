"""What the forms of the item page do. Each ends on the page it came from."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gallery.access import get_item_for, get_media_label_for
from gallery.forms import (
    REMOVED,
    DateForm,
    DescriptionForm,
    FlagForm,
    NewLabelForm,
    VerdictForm,
)
from gallery.services.deletion import delete_items, trash_items
from gallery.services.editing import edit_item, set_flag
from gallery.services.jobs import retry_failed
from gallery.services.labeling import add_label, correct_label, remove_own_label
from gallery.services.uploads import restore_items
from gallery.views.item import item_page
from gallery.views.requests import PageRequest, back_to


@login_required
@require_POST
def describe(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Keep what the owner wrote about the item."""
    item = get_item_for(request.user, item_id)
    form = DescriptionForm(request.POST)
    if form.is_valid():
        edit_item(item, {"description": form.cleaned_data["description"]})
        messages.success(request, "The description is saved.")
    else:
        messages.error(request, "The description is too long.")
    return back_to(request, "gallery:item", item_id)


@login_required
@require_POST
def correct_date(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Date the item as its owner does, or take that back."""
    item = get_item_for(request.user, item_id)
    if "own" in request.POST:
        edit_item(item, {"taken_at": None})
        messages.success(request, "The correction is taken back.")
        return back_to(request, "gallery:item", item_id)
    form = DateForm(request.POST)
    if not form.is_valid():
        page = item_page(request, item, form)
        return render(request, "gallery/item.html", {"page": page}, status=422)
    if form.is_news_of(item):
        edit_item(item, {"taken_at": form.cleaned_data["taken_at"]})
        messages.success(request, "The date is corrected.")
    else:
        messages.info(request, "The date was so already.")
    return back_to(request, "gallery:item", item_id)


@login_required
@require_POST
def flag(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Set or clear favorite or archived."""
    item = get_item_for(request.user, item_id)
    form = FlagForm(request.POST)
    if form.is_valid():
        value = form.cleaned_data["value"] == "1"
        set_flag(request.user, [item.pk], form.cleaned_data["flag"], value=value)
    return back_to(request, "gallery:item", item_id)


@login_required
@require_POST
def trash(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Put the item into the trash."""
    item = get_item_for(request.user, item_id)
    trash_items(request.user, [item.pk])
    messages.success(request, f"{item.file_name} is in the trash. It can be restored there.")
    return back_to(request, "gallery:photos")


@login_required
@require_POST
def restore(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Take the item out of the trash."""
    item = get_item_for(request.user, item_id)
    restore_items(request.user, [item.pk])
    return back_to(request, "gallery:item", item_id)


@login_required
@require_POST
def delete(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Delete a trashed item for good."""
    item = get_item_for(request.user, item_id)
    if delete_items(request.user, [item.pk]):
        messages.success(request, f"{item.file_name} is deleted for good.")
    return redirect("gallery:trash")


@login_required
@require_POST
def retry(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Run again whatever failed on the item."""
    item = get_item_for(request.user, item_id)
    retry_failed([item.pk])
    return back_to(request, "gallery:item", item_id)


@login_required
@require_POST
def new_label(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Put a label of the owner's own on the item."""
    item = get_item_for(request.user, item_id)
    form = NewLabelForm(request.POST)
    if form.is_valid():
        add_label(item, form.cleaned_data["name"])
    else:
        messages.error(request, "A label needs a name of at most 100 characters.")
    return back_to(request, "gallery:item", item_id)


@login_required
@require_POST
def judge_label(request: PageRequest, item_id: UUID, label_id: UUID) -> HttpResponse:
    """Confirm or reject a label, take that back, or take an own label off."""
    media_label = get_media_label_for(request.user, item_id, label_id)
    form = VerdictForm(request.POST)
    if form.is_valid():
        state = form.cleaned_data["state"]
        if state == REMOVED:
            remove_own_label(media_label)
        else:
            correct_label(media_label, state)
    return back_to(request, "gallery:item", item_id)
