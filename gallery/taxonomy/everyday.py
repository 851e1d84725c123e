"""Everyday words for labels: "puppy" means Dog, and "kitchen" has to do with Oven.

The data is ``everyday_words.csv`` beside this file: a word, the labels that it is another name
of, and those that it only has to do with (both separated by ``;``).
"""

from __future__ import annotations

import csv
import hashlib
import json
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("everyday_words.csv")


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    with DATA.open(encoding="utf-8", newline="") as stream:
        return tuple(
            (row["word"], _split(row["labels"]), _split(row["related"]))
            for row in csv.DictReader(stream)
        )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


@lru_cache(maxsize=1)
def _words_by_label() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word, labels, _ in _rows():
        for label in labels:
            found.setdefault(label.casefold(), []).append(word)
    return {label: tuple(words) for label, words in found.items()}


def everyday_words(label: str) -> tuple[str, ...]:
    """Return the everyday words that mean the label of this name."""
    return _words_by_label().get(label.casefold(), ())


@lru_cache(maxsize=1)
def digest_of_names() -> str:
    """Return eight hexadecimal digits that differ when any label gets other words."""
    text = json.dumps(sorted(_words_by_label().items()))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def all_words() -> tuple[str, ...]:
    """Return every everyday word."""
    return tuple(word for word, *_ in _rows())


@lru_cache(maxsize=1)
def related_labels() -> dict[str, tuple[str, ...]]:
    """Return the names of the labels that each word has to do with, without being their name."""
    return {word: related for word, _, related in _rows() if related}
