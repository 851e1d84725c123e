"""Where towns lie, by their names: the table that photos get their place names from."""

from __future__ import annotations

import csv
import gzip
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from django.conf import settings

from search.analysis import fold
from search.place_names import MAX_NAME, areas_called, towns_called


@dataclass(frozen=True, slots=True)
class Town:
    """A town; its position is in degrees."""

    name: str
    region: str
    country: str
    code: str
    latitude: float
    longitude: float
    people: int

    @property
    def full_name(self) -> str:
        parts = dict.fromkeys((self.name, self.region, self.country))
        return ", ".join(part for part in parts if part)

    def is_in(self, area: str) -> bool:
        """True when the folded ``area`` is its region, its country or the country's code.

        Names of other languages are as good.
        """
        own = (fold(self.region), fold(self.country), fold(self.code))
        return area in own or any(fold(name) in own for name in areas_called(area))


class _Table:
    """A line for each town, in the order of their folded names: 11 MB for the world.

    What is asked for is not remembered: the next one to ask must not see it by the time it takes.
    """

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = b"\n".join(lines)
        ends = accumulate(len(line) + 1 for line in lines[:-1])
        self._starts = array("I", [0, *ends] if lines else [])

    def towns(self, name: str) -> list[Town]:
        """Return the towns of a folded name."""
        wanted = name.encode(errors="replace")
        first = bisect_left(self._starts, wanted, key=self._name)
        last = bisect_right(self._starts, wanted, lo=first, key=self._name)
        rows = (self._line(start) for start in self._starts[first:last])
        return [_town(row) for row in csv.reader(rows)]

    def _name(self, start: int) -> bytes:
        return self._lines[start : self._lines.index(b"\t", start)]

    def _line(self, start: int) -> str:
        end = self._lines.find(b"\n", start)
        line = self._lines[start:] if end < 0 else self._lines[start:end]
        return line.decode().partition("\t")[2]


def towns_named(name: str) -> tuple[Town, ...]:
    """Return the towns of that name, the one with most people first.

    Behind commas may stand its region or country: ``springfield, illinois``. Case and accents
    do not matter. Without a table there are none.
    """
    table = _table(str(settings.PIXTRACT_PLACES_FILE))
    own, *areas = (fold(part).strip() for part in name[:MAX_NAME].split(","))
    found = table.towns(own)
    for other, code in towns_called(own):
        found += (town for town in table.towns(fold(other)) if town.code == code)
    found = [town for town in found if all(town.is_in(area) for area in areas)]
    return tuple(sorted(found, key=lambda town: -town.people))


@lru_cache(maxsize=1)
def _table(path: str) -> _Table:
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            next(file, "")
            return _Table(sorted(map(_line, file)))
    except OSError:
        return _Table([])


def _line(row: str) -> bytes:
    """Return a town's folded name, a tab, and its row."""
    # Names with commas in them are quoted; all others are quicker without the reader.
    name = next(csv.reader([row]))[2] if '"' in row else row.split(",", 3)[2]
    folded = name.lower() if name.isascii() else fold(name)
    return f"{folded.strip()}\t{row.rstrip()}".encode()


def _town(row: list[str]) -> Town:
    latitude, longitude, name, region, code, country, people = row
    return Town(name, region, country, code, float(latitude), float(longitude), int(people or 0))
