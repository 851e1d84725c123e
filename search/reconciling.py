"""Repairs drift: whatever an index holds that the database does not say goes to the outbox."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from gallery.by_id import present
from gallery.models import MediaItem
from gallery.services.changes import batches
from search.backends import get_backend
from search.backends.base import IndexBroken, SearchUnavailable
from search.building import AT_ONCE, id_prefixes, id_range
from search.models import OutboxEntry
from search.outbox import enqueue, note_library

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drift:
    """What was found wrong with the index of a library of ``items``, and noted to be mended."""

    items: int
    missing: int = 0
    stale: int = 0
    extra: int = 0

    @property
    def total(self) -> int:
        return self.missing + self.stale + self.extra

    def __add__(self, other: Drift) -> Drift:
        return Drift(
            self.items + other.items,
            self.missing + other.missing,
            self.stale + other.stale,
            self.extra + other.extra,
        )


def reconcile_libraries() -> int:
    """Compare every library with its index; returns how many items must be indexed again."""
    forget_nobodys()
    forget_abandoned()
    count = 0
    for owner_id in User.objects.values_list("pk", flat=True).iterator():
        try:
            count += reconcile(owner_id).total
        except SearchUnavailable as error:
            # Whatever is wrong with the engine now, the next night comes.
            logger.warning("not reconciled", extra={"owner": owner_id, "error": error})
    return count


def forget_nobodys() -> int:
    """Have indexes of users that there are no more forgotten; returns how many."""
    try:
        owners = set(get_backend().owners())
    except SearchUnavailable as error:
        logger.warning("owners not reconciled", extra={"error": error})
        return 0
    for batch in batches(list(owners)):
        owners -= set(User.objects.filter(pk__in=batch).values_list("pk", flat=True))
    for owner_id in owners:
        logger.warning("index of nobody", extra={"owner": owner_id})
        note_library(owner_id)
    return len(owners)


def forget_abandoned() -> int:
    """Remove what rebuilds have left half made long ago; returns how many."""
    try:
        count = get_backend().tidy()
    except SearchUnavailable as error:
        logger.warning("left half made, not removed", extra={"error": error})
        return 0
    if count:
        logger.warning("left half made, removed", extra={"indexes": count})
    return count


def reconcile(owner_id: UUID) -> Drift:
    """Compare one library with its index, and have what differs indexed again.

    Raises SearchUnavailable.
    """
    items = _library(owner_id).count()
    if OutboxEntry.objects.filter(owner_id=owner_id, item_id=None).exists():
        # All of it is about to be indexed anew.
        return Drift(items)
    try:
        get_backend().verify(owner_id)
        indexed = get_backend().stats(owner_id).documents
        drift = Drift(0)
        for prefix in id_prefixes(max(items, indexed), AT_ONCE):
            drift += _reconcile_part(owner_id, prefix)
    except IndexBroken:
        if items:
            note_library(owner_id)
        return Drift(items, missing=items)
    if drift.total:
        logger.warning("index drifted", extra={"owner": owner_id, "items": drift.total})
    return drift


def _reconcile_part(owner_id: UUID, prefix: str) -> Drift:
    part = _library(owner_id).filter(pk__range=id_range(prefix))
    expected = dict(part.values_list("pk", "search_version").iterator())
    indexed = get_backend().versions(owner_id, prefix)
    differ = [pk for pk in {**expected, **indexed} if expected.get(pk) != indexed.get(pk)]
    drift = Drift(len(expected))
    for batch in batches(differ):
        with transaction.atomic():
            drift += _mend(owner_id, batch, indexed)
    return drift


def _mend(owner_id: UUID, item_ids: Sequence[UUID], indexed: dict[UUID, int]) -> Drift:
    """Enqueue those that still differ, and that no entry in the outbox speaks of."""
    waiting = OutboxEntry.objects.filter(owner_id=owner_id, item_id__in=item_ids)
    pending = set(waiting.values_list("item_id", flat=True))
    expected = dict(present(owner_id, item_ids).values_list("pk", "search_version"))
    drifted = [pk for pk in item_ids if pk not in pending and expected.get(pk) != indexed.get(pk)]
    _overtake({pk: indexed[pk] for pk in drifted if pk in indexed})
    enqueue(owner_id, drifted)
    extra = sum(pk not in expected for pk in drifted)
    missing = sum(pk not in indexed for pk in drifted)
    return Drift(0, missing=missing, stale=len(drifted) - extra - missing, extra=extra)


def _overtake(indexed: dict[UUID, int]) -> None:
    """Raise the versions of items that the index has newer than the database, as a copy of
    yesterday's database has them: an engine keeps what is newer."""
    rows = MediaItem.objects.filter(pk__in=indexed).values_list("pk", "search_version")
    for pk, version in rows:
        if version < indexed[pk]:
            behind = MediaItem.objects.filter(pk=pk, search_version__lt=indexed[pk])
            behind.update(search_version=indexed[pk] + 1)


def _library(owner_id: UUID) -> QuerySet[MediaItem]:
    return MediaItem.objects.filter(owner=owner_id, trashed_at=None)
