"""What follows when administrators or users change the rules by which items are filed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from gallery.models import Category, Label, MediaCategory, MediaItem, MediaLabel
from gallery.services.changes import batches, note_change
from gallery.services.memberships import project_many


@transaction.atomic
def labels_changed(label_ids: Sequence[UUID]) -> int:
    """File and index anew whatever carries these labels or ones below them; returns how many.

    Call in the transaction of the change, with which it stands or falls.
    """
    below = Label.parents.through.objects.filter(to_label__in=label_ids)
    _hold(Label.objects.filter(Q(pk__in=label_ids) | Q(pk__in=below.values("from_label"))))
    carried = MediaLabel.objects.filter(Q(label__in=label_ids) | Q(label__parents__in=label_ids))
    return _file_anew(MediaItem.objects.filter(pk__in=carried.values("item")))


@transaction.atomic
def category_changed(category: Category) -> int:
    """File and index anew whatever is, or should be, in the category; returns how many.

    Call in the transaction of the change, with which it stands or falls.
    """
    _hold(Label.objects.filter(category=category))
    _hold(Category.objects.filter(pk=category.pk))
    labels = Label.objects.filter(category=category)
    carried = MediaLabel.objects.filter(label__in=labels)
    members = MediaCategory.objects.filter(category=category)
    return _file_anew(
        MediaItem.objects.filter(
            Q(pk__in=carried.values("item")) | Q(pk__in=members.values("item"))
        )
    )


def _hold(rows: QuerySet[Label] | QuerySet[Category]) -> None:
    """Wait for whoever is about to file an item under these rows, and let nobody else begin.

    The item might be indexed before the change is committed, and missed when what carries
    them is looked for.
    """
    # One after the other in the same order, so that two who wait do not wait for one another.
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _file_anew(items: QuerySet[MediaItem]) -> int:
    by_owner: dict[UUID, list[UUID]] = {}
    for pk, owner_id in items.order_by("pk").values_list("pk", "owner_id"):
        by_owner.setdefault(owner_id, []).append(pk)
    for owner in User.objects.filter(pk__in=by_owner):
        for batch in batches(by_owner[owner.pk]):
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
