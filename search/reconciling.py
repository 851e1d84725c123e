"""Repairs drift: whatever an index holds that the database does not say goes to the outbox."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.models import User
from gallery.models import MediaItem
from search.backends import get_backend
from search.backends.base import IndexBroken, SearchUnavailable
from search.documents import library_batches
from search.outbox import enqueue, enqueue_library

logger = logging.getLogger(__name__)
_AT_ONCE = 500


def reconcile_libraries() -> int:
    """Compare every library with its index; returns how many items must be indexed again."""
    count = 0
    for owner_id in User.objects.values_list("pk", flat=True).iterator():
        try:
            count += reconcile(owner_id)
        except SearchUnavailable as error:
            # Whatever is wrong with the engine now, the next night comes.
            logger.warning("not reconciled", extra={"owner": owner_id, "error": error})
    return count


def reconcile(owner_id: UUID) -> int:
    """Compare one library with its index; returns how many items must be indexed again.

    Raises SearchUnavailable.
    """
    try:
        indexed = get_backend().versions(owner_id)
    except IndexBroken:
        if not MediaItem.objects.filter(owner=owner_id, trashed_at=None).exists():
            return 0
        enqueue_library(owner_id)
        return MediaItem.objects.filter(owner=owner_id, trashed_at=None).count()
    drifted = _drifted(owner_id, indexed)
    for first in range(0, len(drifted), _AT_ONCE):
        with transaction.atomic():
            enqueue(owner_id, drifted[first : first + _AT_ONCE])
    if drifted:
        logger.warning("index drifted", extra={"owner": owner_id, "items": len(drifted)})
    return len(drifted)


def _drifted(owner_id: UUID, indexed: dict[UUID, int]) -> list[UUID]:
    """The items that the index lacks, has otherwise, or has though the library has not."""
    drifted: list[UUID] = []
    for item_ids in library_batches(owner_id):
        for pk, version in _versions(item_ids):
            if indexed.pop(pk, None) != version:
                drifted.append(pk)
    return [*drifted, *indexed]


def _versions(item_ids: Iterable[UUID]) -> list[tuple[UUID, int]]:
    return list(MediaItem.objects.filter(pk__in=item_ids).values_list("pk", "search_version"))
