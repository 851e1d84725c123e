"""Trash, and the end of an item."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gallery import storage
from gallery.models import MediaItem, Rendition
from gallery.services.changes import held_ids, note_change
from gallery.signals import media_deleted


@transaction.atomic
def trash_items(owner: User, item_ids: Sequence[uuid.UUID]) -> int:
    """Put the owner's items into the trash; returns how many were not there yet."""
    items = MediaItem.objects.filter(owner=owner, pk__in=item_ids, trashed_at=None)
    ids = held_ids(items)
    items.update(trashed_at=timezone.now())
    note_change(owner.pk, ids)
    return len(ids)


@transaction.atomic
def delete_items(owner: User, item_ids: Sequence[uuid.UUID]) -> int:
    """Delete the owner's trashed items for good, bytes included; returns how many.

    The files go after the rows are committed: a crash between leaves files without a
    row, which the sweeper removes, never a row without its file.
    """
    items = list(
        MediaItem.objects.select_for_update()
        .filter(owner=owner, pk__in=item_ids, trashed_at__isnull=False)
        .order_by("pk")
    )
    ids = [item.pk for item in items]
    keys = [key for item in items for key in (item.original_key, item.sidecar_key) if key]
    keys += Rendition.objects.filter(item__in=ids).values_list("key", flat=True)
    MediaItem.objects.filter(pk__in=ids).delete()
    if ids:
        media_deleted.send(sender=MediaItem, item_ids=ids, owner_id=owner.pk)
        transaction.on_commit(lambda: _remove_files(owner.pk, ids, keys))
    return len(ids)


def _remove_files(owner_id: uuid.UUID, item_ids: list[uuid.UUID], keys: list[str]) -> None:
    storage.delete_stored(keys)
    for item_id in item_ids:
        storage.prune_item_folders(owner_id, item_id)
