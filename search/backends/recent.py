"""Answers that are dear to get and little the worse for a moment of age."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sized
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar
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
    good_until: float


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
        stamp: object = None,
    ) -> Answer:
        """Return what ``ask`` returned lately, or under this ``stamp``, or returns now."""
        key = (owner_id, *what)
        with self._lock:
            kept = self._kept.get(key)
            if kept and kept.stamp == stamp and kept.good_until > time.monotonic():
                self._kept.move_to_end(key)
                answer: Answer = kept.answer
                return answer
        started = time.monotonic()
        answer = ask()
        ended = time.monotonic()
        age = min((ended - started) * AGE_FACTOR, MAX_AGE_SECONDS) if stamp is None else inf
        with self._lock:
            self._drop(key)
            self._kept[key] = _Kept(answer, stamp, ended + age)
            self._entries += len(answer) + 1
            while self._entries > MAX_ENTRIES:
                self._drop(next(iter(self._kept)))
        return answer

    def forget(self, owner_id: UUID) -> None:
        """Drop every answer about a library that has changed."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == owner_id]:
                self._drop(key)

    def _drop(self, key: tuple[object, ...]) -> None:
        if kept := self._kept.pop(key, None):
            self._entries -= len(kept.answer) + 1
