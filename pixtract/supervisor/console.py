"""The one place that writes on the console: whole lines, each with the name of its process."""

from __future__ import annotations

import sys
import threading
from typing import IO

MAX_LINE = 32_768
_WIDTH = 8


class Console:
    """Writes lines of several threads without mixing them."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """Write a line of our own, to a person."""
        self._write(text)

    def relay(self, name: str, source: IO[str]) -> None:
        """Copy ``source`` line by line until it ends, then close it."""
        with source:
            while line := source.readline(MAX_LINE):
                self._write(f"{name:<{_WIDTH}} | {line.rstrip()}")

    def _write(self, line: str) -> None:
        try:
            with self._lock:
                self._stream.write(line + "\n")
                self._stream.flush()
        except OSError:
            # Nobody reads any more (a closed terminal or pipe). The processes must not block
            # on their full pipes, so what they say is still read, and dropped.
            return
