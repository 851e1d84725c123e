"""What owners change about their items by hand."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import transaction

from accounts.models import User
from gallery.models import JobState, MediaItem, Step
from gallery.services.changes import held_ids, note_change
from gallery.services.dating import FILE_DATE, TAKEN, correct_date, lock_date, restore_date
from gallery.services.jobs import reopen


class ItemChanges(TypedDict, total=False):
    """The fields that an owner may set.

    ``taken_at`` is kept as wall-clock time; None gives the item its file's own date again.
    """

    description: str
    favorite: bool
    archived: bool
    taken_at: datetime | None


@transaction.atomic
def edit_item(item: MediaItem, changes: ItemChanges) -> MediaItem:
    """Apply the changes to the item and make it found by them.

    Nothing else is written: another change may have come since ``item`` was read.
    """
    values = _columns(changes)
    if "taken_at" in changes:
        values |= _dated(item, changes["taken_at"])
    for name, value in values.items():
        setattr(item, name, value)
    MediaItem.objects.filter(pk=item.pk).update(**values)
    note_change(item.owner_id, [item.pk])
    return item


def _columns(changes: ItemChanges) -> dict[str, object]:
    values: dict[str, object] = {}
    if "description" in changes:
        values["caption"] = changes["description"].strip()[:10_000]
    if "favorite" in changes:
        values["favorite"] = changes["favorite"]
    if "archived" in changes:
        values["archived"] = changes["archived"]
    return values


def _dated(item: MediaItem, taken: datetime | None) -> dict[str, object]:
    lock_date(item)
    if taken:
        correct_date(item, taken)
    elif restore_date(item):
        _look_again(item)
    return {name: getattr(item, name) for name in (*TAKEN, *FILE_DATE)}


def _look_again(item: MediaItem) -> None:
    """Have the file inspected once more, which asks no engine; not if it is to be anyway."""
    if item.jobs.filter(step=Step.INSPECT, state=JobState.DONE).exists():
        reopen([item.pk], [Step.INSPECT])


@transaction.atomic
def set_flag(owner: User, item_ids: list[UUID], flag: str, *, value: bool) -> int:
    """Set ``favorite`` or ``archived`` on the owner's items; returns how many exist."""
    if flag not in ("favorite", "archived"):
        raise ValueError(f"{flag} is not a flag of an item")
    items = MediaItem.objects.filter(owner=owner, pk__in=item_ids, trashed_at=None)
    ids = held_ids(items)
    items.update(**{flag: value})
    note_change(owner.pk, ids)
    return len(ids)
