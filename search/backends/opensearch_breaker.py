"""A server that does not answer is left alone for a while: else all wait, and pile up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from search.backends.base import SearchUnavailable
from search.backends.opensearch_client import NoAnswer

logger = logging.getLogger(__name__)

FAILURES = 3
PAUSE_SECONDS = 5.0


class Breaker:
    """Opens after so many questions in a row that got no answer, and lets none pass for a while.

    Then one goes through on trial, while others are still refused. Any answer closes it, be it
    an error. Threads share it; none waits for another.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds, which only grow."""
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._refusing_until = 0.0
        self._is_trying = False

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Guard a question. Raises SearchUnavailable instead of asking it while it is open."""
        is_trial = self._enter()
        is_answered = True
        try:
            yield
        except NoAnswer:
            is_answered = False
            raise
        finally:
            self._leave(is_answered=is_answered, is_trial=is_trial)

    def _enter(self) -> bool:
        """Return whether this question is the trial."""
        with self._lock:
            if self._failures < FAILURES:
                return False
            if self._is_trying or self._clock() < self._refusing_until:
                raise SearchUnavailable("the search server gave no answer a moment ago")
            self._is_trying = True
            return True

    def _leave(self, *, is_answered: bool, is_trial: bool) -> None:
        with self._lock:
            was_open = self._failures >= FAILURES
            self._is_trying = self._is_trying and not is_trial
            self._failures = 0 if is_answered else self._failures + 1
            is_open = self._failures >= FAILURES
            if is_open:
                self._refusing_until = self._clock() + PAUSE_SECONDS
        if is_open != was_open:
            logger.warning("search is %s", "paused" if is_open else "asked again")
