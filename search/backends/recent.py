"""Answers that are dear to get and little the worse for a moment of age."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sized
from dataclasses import dataclass, replace
from math import inf
from typing import Any, TypeVar, cast
from uuid import UUID

# An answer serves for so many times as long as it took to get: the dearer, the longer.
AGE_FACTOR = 20
# What was deleted elsewhere is still suggested for so long.
MAX_AGE_SECONDS = 5.0
MAX_ENTRIES = 400_000

Answer = TypeVar("Answer", bound=Sized)


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Any
    stamp: object
    state: object
    age: float
    good_until: float
    entries: int


class RecentAnswers:
    """Keeps answers about libraries, at most MAX_ENTRIES entries of all together.

    What this process writes to a library is noticed at once, what others write when the answer
    has become too old. Where a stamp says what state of the library an answer is of, it is good
    for as long as the stamp is the same.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
        self._entries = 0
        self._lock = threading.Lock()

    def get(
        self,
        owner_id: UUID,
        what: tuple[object, ...],
        ask: Callable[[], Answer],
        *,
        stamp: object = None,
        state: Callable[[], object] | None = None,
        size: Callable[[Answer], int] = len,
    ) -> Answer:
        """Return what ``ask`` returned lately, or under this ``stamp``, or returns now.

        ``state`` tells, cheaper than ``ask``, whether an old answer is still as good as new.
        ``size`` is the number of entries of an answer.
        """
        key = (owner_id, *what)
        with self._lock:
            kept = self._kept.get(key)
        now = time.monotonic()
        if kept and kept.stamp == stamp and kept.good_until > now:
            self._keep(key, kept)
            return cast(Answer, kept.answer)
        seen = state() if state else None
        if kept and state and kept.state == seen:
            self._keep(key, replace(kept, good_until=now + kept.age))
            return cast(Answer, kept.answer)
        started = time.monotonic()
        answer = ask()
        ended = time.monotonic()
        age = min((ended - started) * AGE_FACTOR, MAX_AGE_SECONDS) if stamp is None else inf
        self._keep(key, _Kept(answer, stamp, seen, age, ended + age, size(answer) + 1))
        return answer

    def _keep(self, key: tuple[object, ...], kept: _Kept) -> None:
        with self._lock:
            self._drop(key)
            self._kept[key] = kept
            self._entries += kept.entries
            while self._entries > MAX_ENTRIES:
                self._drop(next(iter(self._kept)))

    def forget(self, owner_id: UUID) -> None:
        """Drop every answer about a library that has changed."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == owner_id]:
                self._drop(key)

    def _drop(self, key: tuple[object, ...]) -> None:
        if kept := self._kept.pop(key, None):
            self._entries -= kept.entries
