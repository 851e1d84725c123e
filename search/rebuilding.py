"""Many libraries indexed anew, the small ones side by side."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import NamedTuple
from uuid import UUID

from accounts.models import User
from gallery.models import MediaItem
from search.backends.base import IndexHeld, SearchBackend, SearchUnavailable
from search.crew import WORTH_IT, Crew
from search.outbox import rebuild_library

# The indexer holds a library for moments, and that of a process that was killed runs out.
PATIENCE_SECONDS = 150.0
_TRY_AGAIN_SECONDS = 0.5


class NotRebuilt(Exception):
    """A library that the engine did not take."""


class Rebuilt(NamedTuple):
    """A library that is done; ``items`` is None for one that was done before."""

    user: User
    items: int | None


class Rebuilding:
    """Rebuilds libraries one after the other, or several small ones at once.

    ``report`` is told now and then how many more items were read.
    """

    def __init__(self, backend: SearchBackend, crew: Crew, report: Callable[[int], object]) -> None:
        self._backend = backend
        self._crew = crew
        self._report = report
        self._waiting: deque[tuple[User, Future[int]]] = deque()

    def run(self, users: Iterable[User]) -> Iterator[Rebuilt]:
        """Yield each library when it is done. Raises NotRebuilt."""
        try:
            for user in users:
                if self._backend.has_rebuilt(user.pk):
                    yield Rebuilt(user, None)
                elif future := self._given(user):
                    self._waiting.append((user, future))
                else:
                    yield Rebuilt(user, self._rebuild(user, None))
                while self._is_next_due():
                    yield self._next()
            while self._waiting:
                yield self._next()
        finally:
            for _, future in self._waiting:
                future.cancel()

    def _given(self, user: User) -> Future[int] | None:
        library = MediaItem.objects.filter(owner=user, trashed_at=None)
        if not self._crew.size or library.count() > WORTH_IT:
            return None
        return self._crew.give(rebuild_alone, user.pk, self._backend)

    def _is_next_due(self) -> bool:
        is_full = len(self._waiting) > 2 * self._crew.size
        return is_full or (bool(self._waiting) and self._waiting[0][1].done())

    def _next(self) -> Rebuilt:
        user, future = self._waiting.popleft()
        items = self._rebuild(user, future)
        self._report(items)
        return Rebuilt(user, items)

    def _rebuild(self, user: User, future: Future[int] | None) -> int:
        try:
            if future is not None:
                return self._crew.result(future, rebuild_alone, user.pk, self._backend)
            return patiently(
                lambda: rebuild_library(user.pk, self._backend, self._report, self._crew)
            )
        except SearchUnavailable as error:
            raise NotRebuilt(f"{user.username}: {error}") from error


def rebuild_alone(owner_id: UUID, backend: SearchBackend) -> int:
    """Rebuild a small library without the help of other processes; returns how many items."""
    return patiently(lambda: rebuild_library(owner_id, backend, crew=Crew()))


def patiently(attempt: Callable[[], int]) -> int:
    """Try until the engine is free, within reason. Raises SearchUnavailable."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return attempt()
        except IndexHeld:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_TRY_AGAIN_SECONDS)
