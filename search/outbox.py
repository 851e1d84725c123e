"""From changed rows to the index: every change arrives at least once, in whole documents.

The one indexer calls ``drain_once`` over and over. What an entry says is only that the
item must be looked at again; what is written is the row as it stands then.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from gallery.by_id import present
from gallery.models import MediaItem
from search.backends import get_backend
from search.backends.base import IndexBroken, SearchBackend, SearchUnavailable
from search.building import Report, build_library, note_indexed
from search.crew import Crew
from search.documents import load_documents
from search.models import OutboxEntry
from search.reader import UNREADABLE
from search.types import Gone

logger = logging.getLogger(__name__)

BATCH = 500
# How long an index that failed is left in peace. It is tried as often after hours, so that
# everything arrives within seconds when it is back.
REST_SECONDS = 5.0
# The version of what has no row any more: newer than any that is on its way.
GONE_FOR_GOOD = 2**62
_LONGEST_DELAY = timedelta(hours=1)
_MAX_ATTEMPTS_COUNTED = 12


def enqueue(owner_id: UUID, item_ids: Sequence[UUID]) -> None:
    """Note that these items must be indexed again. Call in the transaction of the change."""
    OutboxEntry.objects.bulk_create(
        OutboxEntry(owner_id=owner_id, item_id=item_id) for item_id in item_ids
    )


def enqueue_library(owner_id: UUID) -> None:
    """Note that an owner's index is missing; once is enough, however often it is missed."""
    if not is_library_noted(owner_id):
        note_library(owner_id)


def is_library_noted(owner_id: UUID) -> bool:
    """True from when a whole library must be indexed anew until it is."""
    return OutboxEntry.objects.filter(owner_id=owner_id, item_id=None).exists()


def note_library(owner_id: UUID) -> None:
    """Note that all of an owner's library must be indexed anew, or forgotten with its owner.

    One that is noted already may be at work, and have read the rows before they changed.
    """
    OutboxEntry.objects.create(owner_id=owner_id, item_id=None)


def drain_once(limit: int = BATCH, resting: dict[UUID, float] | None = None) -> int:
    """Bring up to ``limit`` entries into the index; returns how many are done with.

    ``resting`` is kept from call to call: owners whose index failed, and until when (seconds
    of the monotonic clock) it is left in peace.
    """
    resting = {} if resting is None else resting
    now = time.monotonic()
    for owner_id in [owner_id for owner_id, until in resting.items() if until <= now]:
        del resting[owner_id]
    due = OutboxEntry.objects.filter(next_try__lte=timezone.now()).order_by("pk")
    by_owner: dict[UUID, list[OutboxEntry]] = {}
    for entry in due.exclude(owner_id__in=list(resting))[:limit]:
        by_owner.setdefault(entry.owner_id, []).append(entry)
    return sum(_drain_owner(owner_id, entries, resting) for owner_id, entries in by_owner.items())


def rebuild_library(
    owner_id: UUID,
    backend: SearchBackend | None = None,
    report: Report = lambda _: None,
    crew: Crew | None = None,
) -> int:
    """Index an owner's library anew, in place of what there is; returns how many items.

    ``backend`` may be the replacement of the engine in use; ``report`` is told now and then
    how many more items were read; ``crew`` reads them. Raises SearchUnavailable.
    """
    return build_library(owner_id, _keep_unreadable, backend=backend, report=report, crew=crew)


def _drain_owner(owner_id: UUID, entries: list[OutboxEntry], resting: dict[UUID, float]) -> int:
    started = timezone.now()
    moved: set[UUID] = set()
    if whole := [entry for entry in entries if entry.item_id is None]:
        # What was begun by a process that is gone, and is gone on with, lacks what changed
        # since: the items' own entries come after it.
        entries = whole
    try:
        if whole:
            rebuild_library(owner_id)
        else:
            moved = _index_items(owner_id, [entry.item_id for entry in entries if entry.item_id])
    except SearchUnavailable as error:
        logger.warning("index unavailable", extra={"owner": owner_id, "error": error})
        _note_error(entries, error)
        resting[owner_id] = time.monotonic() + REST_SECONDS
        return 0
    except UNREADABLE as error:
        return _isolate(owner_id, entries, error, resting)
    # Entries of items that could not be read were put off meanwhile, and stay.
    done = [entry.pk for entry in entries if entry.item_id not in moved]
    return OutboxEntry.objects.filter(pk__in=done, next_try__lte=started).delete()[0]


def _index_items(owner_id: UUID, item_ids: Sequence[UUID]) -> set[UUID]:
    """Write the items as they are now; what is trashed or gone leaves the index.

    Returns those that changed meanwhile, and must be looked at again: another process may
    have written what they are now before this one wrote what they were.
    """
    wanted = list(dict.fromkeys(item_ids))
    # Versions are read before the rows: the index may be newer than it is said to be, never older.
    versions = _versions(wanted)
    library = present(owner_id, wanted)
    absent = set(wanted) - set(library.values_list("pk", flat=True))
    gone = [Gone(item_id, versions.get(item_id, GONE_FOR_GOOD)) for item_id in absent]
    known = versions
    try:
        get_backend().write(owner_id, load_documents(owner_id, wanted), gone)
    except IndexBroken as error:
        logger.info("index is made anew", extra={"owner": owner_id, "cause": error})
        rebuild_library(owner_id)
        known = {item_id: versions[item_id] for item_id in absent if item_id in versions}
    note_indexed(known)
    now = _versions(wanted)
    return {item_id for item_id in wanted if versions.get(item_id) != now.get(item_id)}


def _versions(item_ids: Sequence[UUID]) -> dict[UUID, int]:
    items = MediaItem.objects.filter(pk__in=item_ids)
    return dict(items.values_list("pk", "search_version"))


def _keep_unreadable(owner_id: UUID, item_id: UUID, error: str) -> None:
    known = OutboxEntry.objects.filter(owner_id=owner_id, item_id=item_id)
    if not known:
        enqueue(owner_id, [item_id])
    _defer(known.all(), error)


def _isolate(
    owner_id: UUID, entries: list[OutboxEntry], error: Exception, resting: dict[UUID, float]
) -> int:
    """Go on entry by entry, so that one item that cannot be read holds up no other."""
    if len(entries) > 1:
        return sum(
            _drain_owner(owner_id, [entry], resting) for entry in entries if owner_id not in resting
        )
    logger.error("item cannot be indexed", extra={"item": entries[0].item_id}, exc_info=error)
    _defer(entries, repr(error))
    return 0


def _defer(entries: Iterable[OutboxEntry], error: str) -> None:
    """Try again later, each time a little later."""
    now, entries = timezone.now(), list(entries)
    for entry in entries:
        entry.attempts = min(entry.attempts + 1, _MAX_ATTEMPTS_COUNTED)
        entry.next_try = now + min(timedelta(seconds=2**entry.attempts / 2), _LONGEST_DELAY)
        entry.error = error[:500]
    OutboxEntry.objects.bulk_update(entries, ["attempts", "next_try", "error"], batch_size=200)


def _note_error(entries: Iterable[OutboxEntry], error: Exception) -> None:
    """Tell administrators what the entries wait for; nothing is wrong with them."""
    waiting = OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    waiting.exclude(error=str(error)[:500]).update(error=str(error)[:500])
