"""Where towns lie, by their names: the table that photos get their place names from."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search.analysis import fold

OTHER_NAMES = Path(__file__).with_name("town_names.csv")
MAX_NAME = 100
MAX_TOWNS = 1_000


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
        """True when the folded ``area`` is its region, its country or the country's code."""
        return area in (fold(self.region), fold(self.country), fold(self.code))


def towns_named(name: str) -> tuple[Town, ...]:
    """Return the towns of that name, the one with most people first.

    Behind commas may stand its region or country: ``springfield, illinois``. Case and accents
    do not matter. Without a table there are none.
    """
    return _towns_named(name[:MAX_NAME], str(settings.PIXTRACT_PLACES_FILE))


@lru_cache(maxsize=1_000)
def _towns_named(name: str, path: str) -> tuple[Town, ...]:
    own, *areas = (fold(part).strip() for part in name.split(","))
    found = [_town(row) for row in _rows_named(own, path)]
    for other, code in _other_names().get(own, ()):
        towns = map(_town, _rows_named(fold(other), path))
        found += (town for town in towns if town.code == code)
    found = [town for town in found if all(town.is_in(area) for area in areas)]
    return tuple(sorted(found, key=lambda town: -town.people))


@lru_cache(maxsize=1)
def _other_names() -> dict[str, list[tuple[str, str]]]:
    """Return for folded names in other languages those of the table, with their countries."""
    found: dict[str, list[tuple[str, str]]] = {}
    with OTHER_NAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(fold(row["other"]), []).append((row["name"], row["code"]))
    return found


def _rows_named(name: str, path: str) -> list[list[str]]:
    table = _table(path)
    wanted = f"\n{name}\t".encode(errors="replace")
    rows: list[list[str]] = []
    start = table.find(wanted) if name else -1
    while start >= 0 and len(rows) < MAX_TOWNS:
        end = table.find(b"\n", start + 1)
        line = table[start + len(wanted) : end].decode()
        rows += csv.reader([line])
        start = table.find(wanted, end)
    return rows


@lru_cache(maxsize=1)
def _table(path: str) -> bytes:
    """Return a line for each town: its folded name, a tab, and its row. 11 MB for the world."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            next(file, "")
            return "".join(map(_line, file)).encode() + b"\n"
    except OSError:
        return b""


def _line(row: str) -> str:
    # Names with commas in them are quoted; all others are quicker without the reader.
    name = next(csv.reader([row]))[2] if '"' in row else row.split(",", 3)[2]
    folded = name.lower() if name.isascii() else fold(name)
    return f"\n{folded.strip()}\t{row.rstrip()}"


def _town(row: list[str]) -> Town:
    latitude, longitude, name, region, code, country, people = row
    return Town(name, region, country, code, float(latitude), float(longitude), int(people or 0))
