"""What towns, regions and countries are called in other languages than the table of towns has.

The data are ``town_names.csv``, ``region_names.csv`` and ``country_names.csv`` beside this file:
the other name, that of the table, and the code of the country.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from search.analysis import words

TOWNS, REGIONS, COUNTRIES = (
    Path(__file__).with_name(f"{kind}_names.csv") for kind in ("town", "region", "country")
)
MAX_NAME = 100


def towns_called(name: str) -> tuple[tuple[str, str], ...]:
    """Return the names of the towns that are called so elsewhere, with their countries' codes."""
    return _names(TOWNS).get(_key(name), ())


def areas_called(name: str) -> tuple[str, ...]:
    """Return the names of the regions and countries that are called so elsewhere."""
    regions = (other for other, _ in _names(REGIONS).get(_key(name), ()))
    return (*regions, *countries_called(name))


def countries_called(name: str) -> tuple[str, ...]:
    """Return the names of the countries that are called so elsewhere."""
    return tuple(other for other, _ in _names(COUNTRIES).get(_key(name), ()))


def places_called(name: str) -> tuple[str, ...]:
    """Return the names of all places that are called so elsewhere."""
    towns = (other for other, _ in towns_called(name))
    return tuple(dict.fromkeys((*towns, *areas_called(name))))


def other_names() -> tuple[str, ...]:
    """Return all names of places in other languages, in words as they are analyzed."""
    return tuple(name for path in (TOWNS, REGIONS, COUNTRIES) for name in _names(path))


def _key(name: str) -> str:
    return " ".join(words(name[:MAX_NAME]))


@lru_cache(maxsize=3)
def _names(path: Path) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(_key(row["other"]), []).append((row["name"], row["code"]))
    return {other: tuple(names) for other, names in found.items()}
