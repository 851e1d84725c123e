"""What labels mean: parents, other names and category of every label that we know.

The data is ``labels.csv`` beside this file, one label a line: its name, its
direct parents, its other names (both separated by ``;``) and its category.
Nothing here needs Django, so engines in processes of their own may use it.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("labels.csv")

CATEGORIES = frozenset(
    {
        "Animals and Pets",
        "Apparel and Accessories",
        "Beauty and Personal Care",
        "Buildings and Architecture",
        "Education",
        "Events and Attractions",
        "Everyday Objects",
        "Food and Beverage",
        "Furniture and Furnishings",
        "Hobbies and Interests",
        "Home Appliances",
        "Home and Indoors",
        "Kitchen and Dining",
        "Medical",
        "Nature and Outdoors",
        "Offices and Workspaces",
        "Person Description",
        "Plants and Flowers",
        "Popular Landmarks",
        "Public Safety",
        "Religion",
        "Sports",
        "Technology and Computing",
        "Text and Documents",
        "Tools and Machinery",
        "Toys and Gaming",
        "Transport and Logistics",
        "Travel and Adventure",
        "Vehicles and Automotive",
        "Weapons and Military",
    }
)


class TaxonomyError(ValueError):
    """The data contradicts itself: a parent that is not there, a circle, a name twice."""


@dataclass(frozen=True, slots=True)
class TaxonomyLabel:
    """One label. ``parents`` are all ancestors, the nearest first."""

    name: str
    parents: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    category: str = ""


class Taxonomy:
    """Every known label, found by name or alias; case does not matter."""

    def __init__(self, labels: Iterable[TaxonomyLabel]) -> None:
        """Take labels with their direct parents; raises TaxonomyError."""
        direct = {label.name: label for label in labels}
        self._labels = {
            name: TaxonomyLabel(name, _ancestors(name, direct), label.aliases, label.category)
            for name, label in direct.items()
        }
        self._names = _index(self._labels.values())

    def lookup(self, name: str) -> TaxonomyLabel | None:
        """Return the label of this name or alias, if it is known."""
        known = self._names.get(name.strip().casefold())
        return self._labels[known] if known else None

    def all_labels(self) -> tuple[TaxonomyLabel, ...]:
        """Return every label, in the order of the data."""
        return tuple(self._labels.values())

    def labels_near(self, word: str, limit: int = 5) -> tuple[TaxonomyLabel, ...]:
        """Return up to ``limit`` labels whose name or alias resembles the word.

        The very name comes first, then names that start with the word or have
        a word that does, then names spelled much like it.
        """
        folded = word.strip().casefold()
        if not folded or limit < 1:
            return ()
        names = dict.fromkeys(self._names[key] for key in self._keys_near(folded[:50]))
        return tuple(self._labels[name] for name in list(names)[:limit])

    def _keys_near(self, word: str) -> Iterator[str]:
        if word in self._names:
            yield word
        yield from sorted((key for key in self._names if key.startswith(word)), key=len)
        yield from sorted((key for key in self._names if f" {word}" in key), key=len)
        yield from difflib.get_close_matches(word, self._names, n=10, cutoff=0.75)


def _ancestors(name: str, direct: dict[str, TaxonomyLabel]) -> tuple[str, ...]:
    """Walk up breadth first, so that the nearest come first."""
    found: dict[str, None] = {}
    queue = list(direct[name].parents)
    while queue:
        parent = queue.pop(0)
        if parent == name or parent not in direct:
            raise TaxonomyError(f"{name}: {parent} is no possible parent")
        if parent not in found:
            found[parent] = None
            queue.extend(direct[parent].parents)
    return tuple(found)


def _index(labels: Iterable[TaxonomyLabel]) -> dict[str, str]:
    names: dict[str, str] = {}
    for label in labels:
        for name in (label.name, *label.aliases):
            if names.setdefault(name.casefold(), label.name) != label.name:
                raise TaxonomyError(f"{name} means both {names[name.casefold()]} and {label.name}")
    return names


def read_labels(path: Path = DATA) -> list[TaxonomyLabel]:
    """Read the data file; ``parents`` are the direct ones there."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            TaxonomyLabel(
                row["name"], _split(row["parents"]), _split(row["aliases"]), row["category"]
            )
            for row in csv.DictReader(stream)
        ]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


@lru_cache(maxsize=1)
def load_taxonomy() -> Taxonomy:
    """Return the taxonomy, read once a process."""
    return Taxonomy(read_labels())
