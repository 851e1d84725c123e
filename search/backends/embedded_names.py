"""Numbers in the place of names, for facets to be counted without looking up a single word.

``names`` lies beside the segments of an index. Each of its lines holds what one commit has added:
a checksum and pairs of facet and name, of which the n-th of a facet has the number n. Lines are
only ever added, and before the commit that needs them, so that what was read once stays true.
"""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections.abc import Iterable
from pathlib import Path

FILE_NAME = "names"


class Names:
    """The numbers of an index's names. Not to be both written to and shared."""

    def __init__(self, index: Path) -> None:
        self._path = index / FILE_NAME
        self._names: dict[str, list[str]] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._added: list[tuple[str, str]] = []
        self._end = 0
        self._last = b""
        self._lock = threading.Lock()

    def number(self, facet: str, name: str) -> int:
        """Return the number of a name, a new one if need be: save before the next commit."""
        found = self._numbers.get((facet, name))
        if found is None:
            self._added.append((facet, name))
            found = self._take(facet, name)
        return found

    def of(self, facet: str, numbers: Iterable[int]) -> list[str]:
        """Return the names that have these numbers. Raises ValueError when one has none."""
        wanted = list(numbers)
        highest = max(wanted, default=-1)
        if highest >= len(self._names.get(facet, ())):
            self.load()
        known = self._names.get(facet, [])
        if highest >= len(known):
            raise ValueError(f"a name of {facet} is missing")
        return [known[number] for number in wanted]

    def count(self, facet: str) -> int:
        """Return how many names of a facet are known here: at least those of what was counted."""
        if not self._end:
            self.load()
        return len(self._names.get(facet, ()))

    def load(self) -> None:
        """Read what was added since. Raises ValueError for what nobody has written, OSError."""
        with self._lock, self._path.open("rb") as file:
            file.seek(self._end)
            # The last line of a writer that was killed may be cut off; nothing refers to it.
            whole, newline, _ = file.read().rpartition(b"\n")
            for line in whole.split(b"\n") if newline else ():
                for facet, name in _pairs(line):
                    self._take(facet, name)
            if newline:
                self._end += len(whole) + len(newline)
                self._last = whole.rpartition(b"\n")[2] + newline

    def goes_on(self) -> bool:
        """Tell whether what was read is still the beginning: not so if a backup was put back."""
        if not self._last:
            return True
        with self._lock, self._path.open("rb") as file:
            file.seek(self._end - len(self._last))
            return file.read(len(self._last)) == self._last

    def take_up(self) -> None:
        """Read all there is, and cut off what a writer that was killed has left unfinished."""
        if self._path.exists():
            self.load()
            os.truncate(self._path, self._end)

    def save(self) -> None:
        """Add the new names to the file; when this returns they are on the disk."""
        text = json.dumps(self._added).encode("ascii")
        line = b"%08x %s\n" % (zlib.crc32(text), text)
        with self._path.open("ab") as file:
            if self._added:
                file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._added = []

    def _take(self, facet: str, name: str) -> int:
        known = self._names.setdefault(facet, [])
        self._numbers[facet, name] = len(known)
        known.append(name)
        return len(known) - 1


def _pairs(line: bytes) -> Iterable[tuple[str, str]]:
    checksum, _, text = line.partition(b" ")
    if int(checksum, 16) != zlib.crc32(text):
        raise ValueError("the names of the index are damaged")
    return [(str(facet), str(name)) for facet, name in json.loads(text)]


def are_whole(index: Path) -> bool:
    """Tell whether the names of an index are there, and are what was once written."""
    try:
        Names(index).load()
    except (ValueError, OSError):
        return False
    return True
