"""What follows when administrators or users change the rules by which items are filed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from gallery.models import Category, Label, MediaCategory, MediaItem, MediaLabel, Refiling
from gallery.services.changes import batches, note_change
from gallery.services.memberships import project_many

# So many items are filed with the change itself; with more, nobody else could write for long.
AT_ONCE = 1_000
# How many ids are read at once: finding the next ones means looking at all that carry a label.
_READ_AT_ONCE = 10_000


@transaction.atomic
def labels_changed(label_ids: Sequence[UUID]) -> int:
    """File and index anew whatever carries these labels or ones below them; returns how many.

    Call in the transaction of the change, with which it stands or falls. Where there are more
    than AT_ONCE, ``refile_some`` does it soon.
    """
    below = Label.parents.through.objects.filter(to_label__in=label_ids)
    _hold(Label.objects.filter(Q(pk__in=label_ids) | Q(pk__in=below.values("from_label"))))
    return _file(_carrying(label_ids), [Refiling(label_id=label_id) for label_id in label_ids])


@transaction.atomic
def category_changed(category: Category) -> int:
    """File and index anew whatever is, or should be, in the category; returns how many.

    Call in the transaction of the change, with which it stands or falls. Where there are more
    than AT_ONCE, ``refile_some`` does it soon.
    """
    _hold(Label.objects.filter(category=category))
    _hold(Category.objects.filter(pk=category.pk))
    return _file(_filed_in(category.pk), [Refiling(category_id=category.pk)])


def refile_some() -> int:
    """File and index anew some of the items that a change has left; returns how many.

    A batch a transaction, which also says how far it has come: others write in between, and who
    comes after one that was killed goes on there.
    """
    refiling = Refiling.objects.order_by("pk").first()
    if refiling is None:
        return 0
    items = _carrying([refiling.label_id]) if refiling.label_id else _filed_in(refiling.category_id)
    if refiling.after:
        items = items.filter(pk__gt=refiling.after)
    found = list(items.order_by("pk").values_list("pk", "owner_id")[:_READ_AT_ONCE])
    owners = dict(found)
    for batch in batches([pk for pk, _ in found]):
        with transaction.atomic():
            _file_anew([(pk, owners[pk]) for pk in batch])
            Refiling.objects.filter(pk=refiling.pk).update(after=batch[-1])
    if not found:
        refiling.delete()
    return len(found)


def _carrying(label_ids: Sequence[UUID]) -> QuerySet[MediaItem]:
    carried = MediaLabel.objects.filter(Q(label__in=label_ids) | Q(label__parents__in=label_ids))
    return MediaItem.objects.filter(pk__in=carried.values("item"))


def _filed_in(category_id: UUID | None) -> QuerySet[MediaItem]:
    carried = MediaLabel.objects.filter(label__category=category_id)
    members = MediaCategory.objects.filter(category=category_id)
    return MediaItem.objects.filter(
        Q(pk__in=carried.values("item")) | Q(pk__in=members.values("item"))
    )


def _hold(rows: QuerySet[Label] | QuerySet[Category]) -> None:
    """Wait for whoever is about to file an item under these rows, and let nobody else begin.

    The item might be indexed before the change is committed, and missed when what carries
    them is looked for.
    """
    # One after the other in the same order, so that two who wait do not wait for one another.
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _file(items: QuerySet[MediaItem], refilings: Sequence[Refiling]) -> int:
    """File the items, or leave word that they must be; returns how many they are."""
    found = list(items.order_by("pk").values_list("pk", "owner_id")[: AT_ONCE + 1])
    if len(found) > AT_ONCE:
        Refiling.objects.bulk_create(refilings)
        return items.count()
    _file_anew(found)
    return len(found)


def _file_anew(items: Iterable[tuple[UUID, UUID]]) -> None:
    """File items, each given with its owner. Call in a transaction."""
    by_owner: dict[UUID, list[UUID]] = {}
    for pk, owner_id in items:
        by_owner.setdefault(owner_id, []).append(pk)
    for owner in User.objects.filter(pk__in=by_owner):
        for batch in batches(by_owner[owner.pk]):
            project_many(owner, batch)
            note_change(owner.pk, batch)


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
