"""How far long work has come, told on a terminal or in a log."""

from __future__ import annotations

import time
from typing import Protocol

_TERMINAL_SECONDS = 0.5
_LOG_SECONDS = 10.0


class Output(Protocol):
    """Where to tell it: the output of a command."""

    def write(self, text: str, /, *, ending: str = ...) -> object: ...

    def isatty(self) -> bool: ...


class Progress:
    """Counts items; tells rate, share and remaining time twice a second on a terminal.

    Elsewhere a line every ten seconds will do. What was done before counts for the share alone.
    """

    def __init__(self, output: Output, total: int) -> None:
        self._output = output
        self._total = total
        self._done = self._skipped = 0
        self._is_terminal = output.isatty()
        self._started = time.monotonic()
        self._next = self._started + self._pause

    def add(self, items: int) -> None:
        """Count items that are done, and tell when it is time."""
        self._done += items
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._pause
            self._output.write(self._clear + self.line(), ending="" if self._is_terminal else "\n")

    def skip(self, items: int) -> None:
        """Count items that were done before."""
        self._skipped += items

    def say(self, text: str) -> None:
        """Write a line of its own."""
        self._output.write(self._clear + text)

    def end(self) -> None:
        """Write what it was in all."""
        self.say(f"{self._done} items in {self._seconds:.1f} s, {self.rate:,.0f} a second")

    def line(self) -> str:
        """Return how far it has come, in words."""
        done = self._done + self._skipped
        # Items that came while this was at work are more than were counted.
        share = min(done / max(self._total, 1), 1)
        left = max(self._total - done, 0) / self.rate if self.rate else 0
        return (
            f"{done:,} of {self._total:,} items ({share:.0%}), {self.rate:,.0f} a second, "
            f"{_clock(left)} left"
        )

    @property
    def rate(self) -> float:
        """Items a second."""
        return self._done / max(self._seconds, 0.001)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._started

    @property
    def _clear(self) -> str:
        return "\r\x1b[K" if self._is_terminal else ""

    @property
    def _pause(self) -> float:
        return _TERMINAL_SECONDS if self._is_terminal else _LOG_SECONDS


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
