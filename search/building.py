"""Libraries indexed whole: read in parts, gone on with after a crash, noted when they are found."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from itertools import product
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, QuerySet

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.changes import batches, held_ids
from gallery.services.jobs import mark_indexed
from search.backends import get_backend
from search.backends.base import Encoded, Encoder, IndexBroken, Part, SearchBackend
from search.crew import WORTH_IT, Crew, Errand, crew_for
from search.documents import Bookmark, library_batches
from search.models import OutboxEntry
from search.reader import Reader, Unreadable

logger = logging.getLogger(__name__)

# How many items of one library are compared at once, so that memory does not grow with it.
AT_ONCE = 100_000
_DIGITS = "0123456789abcdef"

Report = Callable[[int], object]
KeepUnreadable = Callable[[UUID, UUID, str], object]


class StoredLibrary:
    """An owner's library as the database has it, for an engine to read.

    ``report`` is told how many items were read; ``keep_unreadable`` of those that cannot be.
    """

    def __init__(
        self, owner_id: UUID, keep_unreadable: KeepUnreadable, report: Report, crew: Crew
    ) -> None:
        self._owner_id = owner_id
        self._keep_unreadable = keep_unreadable
        self._report = report
        self._crew = crew
        # Whoever asks for all of it to be made anew means rows that were not read yet.
        asked = OutboxEntry.objects.filter(owner_id=owner_id, item_id=None)
        self.stamp = str(asked.aggregate(newest=Max("pk"))["newest"] or 0)

    @property
    def is_large(self) -> bool:
        return _library(self._owner_id)[WORTH_IT:].exists()

    def parts(self, mark: str, encode: Encoder) -> Iterator[Part]:
        errand = Errand(self._owner_id, encode)
        batches = library_batches(self._owner_id, Bookmark.read(mark))
        for batch, found in self._crew.read(errand, batches):
            yield Part(self._readable(found), str(batch.end))
            self._report(len(batch.item_ids))

    def present(self, item_ids: Sequence[UUID], encode: Encoder) -> Iterator[Encoded]:
        return self._readable(Reader(self._owner_id, encode).read(item_ids))

    def _readable(self, found: Iterable[Encoded | Unreadable]) -> Iterator[Encoded]:
        for one in found:
            if isinstance(one, Unreadable):
                self._keep_unreadable(self._owner_id, one.item_id, one.error)
            else:
                yield one


def build_library(
    owner_id: UUID,
    keep_unreadable: KeepUnreadable,
    *,
    backend: SearchBackend | None = None,
    report: Report = lambda _: None,
    crew: Crew | None = None,
) -> int:
    """Index an owner's library anew, in place of what there is; returns how many items.

    ``backend`` may be the replacement of the engine in use. Without a ``crew``, a large library
    gets one of its own. Raises SearchUnavailable.
    """
    live = get_backend()
    if not User.objects.filter(pk=owner_id).exists():
        live.delete_owner(owner_id)
        return 0
    started = time.monotonic()
    with nullcontext(crew) if crew else crew_for(_library(owner_id).count()) as crew:
        library = StoredLibrary(owner_id, keep_unreadable, report, crew)
        count = (backend or live).build(owner_id, library)
    if not User.objects.filter(pk=owner_id).exists():
        # Whoever deleted the account may have had its index forgotten before there was this one.
        live.delete_owner(owner_id)
        return 0
    # What is in a replacement of one index for all may not be found yet.
    with suppress(IndexBroken):
        _note_library(owner_id)
    logger.info(
        "library indexed",
        extra={"owner": owner_id, "items": count, "seconds": round(time.monotonic() - started, 2)},
    )
    return count


def note_indexed(versions: dict[UUID, int]) -> None:
    """Record which version of each item readers can find."""
    for ids in batches(list(versions)):
        by_version: dict[int, list[UUID]] = {}
        for item_id in ids:
            by_version.setdefault(versions[item_id], []).append(item_id)
        with transaction.atomic():
            held_ids(MediaItem.objects.filter(pk__in=ids))
            for version, same in by_version.items():
                items = MediaItem.objects.filter(pk__in=same, indexed_version__lt=version)
                items.update(indexed_version=version)
            mark_indexed(ids)


def _note_library(owner_id: UUID) -> None:
    """Record what readers can find now of items that were not found as they are.

    The index is asked, a part at a time: half of it may be the work of a process that is gone.
    """
    library = _library(owner_id)
    stale = library.filter(indexed_version__lt=F("search_version"))
    if not stale.exists():
        return
    for prefix in id_prefixes(library.count()):
        ids = stale.filter(pk__range=id_range(prefix)).values_list("pk", flat=True)
        if wanted := list(ids):
            held = get_backend().versions(owner_id, prefix)
            note_indexed({item_id: held[item_id] for item_id in wanted if item_id in held})


def _library(owner_id: UUID) -> QuerySet[MediaItem]:
    return MediaItem.objects.filter(owner=owner_id, trashed_at=None)


def id_range(prefix: str) -> tuple[UUID, UUID]:
    """Return the first and the last id that begin so."""
    return UUID(prefix.ljust(32, "0")), UUID(prefix.ljust(32, "f"))


def id_prefixes(count: int, at_once: int = AT_ONCE) -> Iterator[str]:
    """Yield beginnings of ids that part ``count`` items into lots of some ``at_once``."""
    length = 0
    while count > at_once * 16**length and length < 4:
        length += 1
    return ("".join(digits) for digits in product(_DIGITS, repeat=length))
