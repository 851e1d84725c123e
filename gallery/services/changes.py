"""One door for "this item must be found differently now"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from gallery.models import Job, JobState, MediaItem, Step
from gallery.signals import media_changed

BATCH = 500


def batches(ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    """Yield the ids in lists short enough for one statement."""
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch


def held_ids(items: QuerySet[MediaItem]) -> list[UUID]:
    """Return the items' ids, the rows kept from other writers until the transaction ends.

    Whoever changes many takes them in the same order, so that no two wait for one another.
    """
    held = items.select_for_update(no_key=True).order_by("pk")
    return list(held.values_list("pk", flat=True))


@transaction.atomic
def note_change(owner_id: UUID, item_ids: Sequence[UUID]) -> None:
    """Raise the items' search version and tell the search, in the caller's transaction."""
    for batch in batches(sorted(item_ids)):
        held_ids(MediaItem.objects.filter(pk__in=batch))
        MediaItem.objects.filter(pk__in=batch).update(search_version=F("search_version") + 1)
        Job.objects.filter(item__in=batch, step=Step.INDEX).update(
            state=JobState.WAITING, finished_at=None
        )
        media_changed.send(sender=MediaItem, item_ids=batch, owner_id=owner_id)


@transaction.atomic
def note_change_of(owner_id: UUID, items: QuerySet[MediaItem]) -> None:
    """Do the same for whatever ``items`` finds, in two updates however many they are."""
    found = items.order_by().values("pk")
    ids = held_ids(MediaItem.objects.filter(pk__in=found))
    MediaItem.objects.filter(pk__in=found).update(search_version=F("search_version") + 1)
    Job.objects.filter(item__in=found, step=Step.INDEX).update(
        state=JobState.WAITING, finished_at=None
    )
    for batch in batches(ids):
        media_changed.send(sender=MediaItem, item_ids=batch, owner_id=owner_id)
