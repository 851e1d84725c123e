"""Which categories items are in: a projection of their shown labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from gallery.models import Category, CategoryState, MediaCategory, MediaItem, MediaLabel
from gallery.queries import shown


def ensure_categories(names: Iterable[str]) -> dict[str, Category]:
    """Return everybody's categories by slug, making those that are new."""
    by_slug = {slugify(name): name for name in names if slugify(name)}
    Category.objects.bulk_create(
        [Category(name=name[:100], slug=slug) for slug, name in by_slug.items()],
        ignore_conflicts=True,
    )
    return {c.slug: c for c in Category.objects.filter(owner=None, slug__in=by_slug)}


def project_categories(item: MediaItem) -> None:
    """Rebuild the item's memberships from its shown labels: a pure function of rows."""
    project_many(item.owner, [item.pk])


@transaction.atomic
def project_many(owner: User, item_ids: Sequence[UUID]) -> set[UUID]:
    """Rebuild the memberships of a batch of the owner's items; returns those that changed."""
    wanted = _memberships(owner, item_ids)
    there = {
        (row.item_id, row.category_id): row.confidence
        for row in MediaCategory.objects.filter(item__in=item_ids)
    }
    changed = {pair[0] for pair, _ in wanted.items() ^ there.items()}
    MediaCategory.objects.filter(item__in=changed).delete()
    MediaCategory.objects.bulk_create(
        MediaCategory(item_id=item_id, category_id=category_id, confidence=confidence)
        for (item_id, category_id), confidence in wanted.items()
        if item_id in changed
    )
    return changed


def _memberships(owner: User, item_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], float]:
    labels = MediaLabel.objects.filter(
        shown(owner.shown_confidence), item__in=item_ids, label__category__isnull=False
    ).exclude(label__category__state=CategoryState.DISMISSED)
    best: dict[tuple[UUID, UUID], float] = {
        (item_id, category_id): confidence
        for item_id, category_id, confidence in labels.order_by("confidence").values_list(
            "item_id", "label__category_id", "confidence"
        )
    }
    typed = MediaItem.objects.filter(pk__in=item_ids).exclude(document_type="")
    if ids := list(typed.values_list("pk", flat=True)):
        category = ensure_categories(["Text and Documents"])["text-and-documents"]
        for item_id in ids:
            best.setdefault((item_id, category.pk), 100.0)
    return best
