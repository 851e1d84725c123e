"""Other processes that read and analyze a library, while one writes what they bring.

They are started anew rather than forked, so that they share no connection, lock or thread with the
process that they work for, and end with it. What a process that died was at is done without it.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import NamedTuple, ParamSpec, TypeVar
from uuid import UUID, uuid4

from django.db import close_old_connections, connection

from search.backends.base import Encoded, Encoder
from search.crew_member import begin
from search.documents import Batch
from search.reader import Reader, Unreadable

logger = logging.getLogger(__name__)

# A process takes a second to begin: as long as it takes to read so many items.
WORTH_IT = 5_000
# Two bring more than most disks and servers take, and each needs memory.
_MOST = 2
# So much is brought at once, and one document more.
_BYTES_AT_ONCE = 3_000_000

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Errand:
    """A library to be read, and how its documents are to be encoded."""

    owner_id: UUID
    encode: Encoder
    name: str = field(default_factory=lambda: uuid4().hex)


class Brought(NamedTuple):
    """What was read of some items, and those that are still to be read."""

    found: list[Encoded | Unreadable]
    rest: list[UUID]


class Crew:
    """Some processes; with none of them left, the caller's own does their work."""

    def __init__(self, pool: ProcessPoolExecutor | None = None, size: int = 0) -> None:
        self._pool = pool
        self.size = size

    def read(
        self, errand: Errand, batches: Iterable[Batch]
    ) -> Iterator[tuple[Batch, Iterator[Encoded | Unreadable]]]:
        """Yield each batch, in order, with what was read of it; some are read ahead."""
        if self._pool is None:
            reader = Reader(errand.owner_id, errand.encode)
            for batch in batches:
                yield batch, reader.read(batch.item_ids)
            return
        ahead: deque[tuple[Batch, Future[Brought] | None]] = deque()
        try:
            for batch in batches:
                ahead.append((batch, self.give(_fetch, errand, batch.item_ids)))
                if len(ahead) > 2 * self.size:
                    yield self._next(errand, ahead)
            while ahead:
                yield self._next(errand, ahead)
        finally:
            for _, future in ahead:
                if future is not None:
                    future.cancel()

    def give(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T] | None:
        """Have another process do something; None where there is none."""
        if self._pool is None:
            return None
        try:
            return self._pool.submit(work, *args, **kwargs)
        except BrokenProcessPool:
            self._lose()
            return None

    def result(
        self, future: Future[T] | None, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what came of it; what a process that died was at is done here."""
        try:
            if future is not None:
                return future.result()
        except BrokenProcessPool:
            self._lose()
        return work(*args, **kwargs)

    def _next(
        self, errand: Errand, ahead: deque[tuple[Batch, Future[Brought] | None]]
    ) -> tuple[Batch, Iterator[Encoded | Unreadable]]:
        batch, future = ahead.popleft()
        return batch, self._all(errand, batch.item_ids, future)

    def _all(
        self, errand: Errand, item_ids: Sequence[UUID], future: Future[Brought] | None
    ) -> Iterator[Encoded | Unreadable]:
        while True:
            brought = self.result(future, _fetch, errand, item_ids)
            yield from brought.found
            if not (item_ids := brought.rest):
                return
            future = self.give(_fetch, errand, item_ids)

    def _lose(self) -> None:
        if self._pool is not None:
            logger.warning("a process that read libraries has died; going on with one alone")
        self._pool = None


@contextmanager
def crew_for(items: int) -> Iterator[Crew]:
    """Give as many processes as there are cores, if so many items are worth it.

    Nobody else sees the rows of a transaction that is not committed: they are read here.
    """
    size = min(len(os.sched_getaffinity(0)), _MOST)
    if size < 2 or items < WORTH_IT or connection.in_atomic_block:
        yield Crew()
        return
    # Each small index is written by threads of its own, and what they free stays in their pools.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    pool = ProcessPoolExecutor(
        size,
        mp_context=get_context("spawn"),
        initializer=begin,
        initargs=(str(connection.settings_dict["NAME"]),),
    )
    try:
        yield Crew(pool, size)
    finally:
        pool.shutdown(cancel_futures=True)


_readers: dict[str, Reader] = {}


def _fetch(errand: Errand, item_ids: Sequence[UUID]) -> Brought:
    """Read as many of the items as may be brought at once."""
    if errand.name not in _readers:
        # One library after the other.
        _readers.clear()
        _readers[errand.name] = Reader(errand.owner_id, errand.encode)
    found: list[Encoded | Unreadable] = []
    size = 0
    for one in _readers[errand.name].read(item_ids):
        found.append(one)
        size += len(one.body) if isinstance(one, Encoded) else 0
        if size >= _BYTES_AT_ONCE:
            break
    close_old_connections()
    done = {one.item_id for one in found}
    rest = [item_id for item_id in item_ids if item_id not in done]
    return Brought(found, rest if size >= _BYTES_AT_ONCE else [])
