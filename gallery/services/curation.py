"""What follows when administrators or users change the rules by which items are filed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from gallery.models import Category, Label, MediaCategory, MediaItem, MediaLabel
from gallery.services.changes import batches, note_change
from gallery.services.labeling import project_many


def labels_changed(label_ids: Sequence[UUID]) -> int:
    """File and index anew whatever carries these labels or ones below them; returns how many.

    Each batch is a transaction of its own: with many items, readers and the other
    writers of the database go on in between.
    """
    carried = MediaLabel.objects.filter(Q(label__in=label_ids) | Q(label__parents__in=label_ids))
    return _file_anew(MediaItem.objects.filter(pk__in=carried.values("item")))


def category_changed(category: Category) -> int:
    """File and index anew whatever is, or should be, in the category; returns how many."""
    labels = Label.objects.filter(category=category)
    carried = MediaLabel.objects.filter(label__in=labels)
    members = MediaCategory.objects.filter(category=category)
    return _file_anew(
        MediaItem.objects.filter(
            Q(pk__in=carried.values("item")) | Q(pk__in=members.values("item"))
        )
    )


def _file_anew(items: QuerySet[MediaItem]) -> int:
    by_owner: dict[UUID, list[UUID]] = {}
    for pk, owner_id in items.values_list("pk", "owner_id"):
        by_owner.setdefault(owner_id, []).append(pk)
    for owner in User.objects.filter(pk__in=by_owner):
        for batch in batches(by_owner[owner.pk]):
            with transaction.atomic():
                project_many(owner, batch)
                note_change(owner.pk, batch)
    return sum(map(len, by_owner.values()))


def sort_again(owner: User) -> int:
    """Sort the owner's items by the confidence that they chose; returns how many moved."""
    ids = list(MediaItem.objects.filter(owner=owner).values_list("pk", flat=True))
    moved = 0
    for batch in batches(ids):
        with transaction.atomic():
            changed = project_many(owner, batch)
            note_change(owner.pk, list(changed))
        moved += len(changed)
    return moved
