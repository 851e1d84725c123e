"""Words of other languages: "Hund", "chien" and "perro" mean Dog, "Gras" has to do with Plant.

The data is ``other_languages.csv`` beside this file: a label or an everyday word, and in each
further column the words of one language for it (separated by ``;``). Forms that rules give
(``gallery.taxonomy.inflection``) need not be there. A word that English has as well ("Boot",
"pain", "see") is left out: it means what it means in English.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from gallery.taxonomy import load_taxonomy
from gallery.taxonomy.everyday import related_labels
from gallery.taxonomy.inflection import forms

DATA = Path(__file__).with_name("other_languages.csv")
LANGUAGES = ("de", "fr", "es", "it")
# Forms that mean something else: in English, as the name of a place, or of another label.
_OTHERWISE = (
    "Bergen Walden capri case donni fungi giraffe isole lagi matrimoni nature nevi palle penne "
    "rani reçus tastiere tende"
)


@lru_cache(maxsize=1)
def foreign_words() -> dict[str, tuple[str, ...]]:
    """Return the labels that each word and each of its forms stands for."""
    found: dict[str, list[str]] = {}
    for means, words in _rows():
        if means in _labels():
            for word in words:
                found.setdefault(word, []).append(means)
    return {word: tuple(dict.fromkeys(labels)) for word, labels in found.items()}


@lru_cache(maxsize=1)
def foreign_relations() -> dict[str, tuple[str, ...]]:
    """Return the labels that words only have to do with, as the everyday words they stand for."""
    found: dict[str, tuple[str, ...]] = {}
    for means, words in _rows():
        for word in () if means in _labels() else words:
            found.setdefault(word, related_labels().get(means, ()))
    return found


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    return frozenset(label.name for label in load_taxonomy().all_labels())


def _rows() -> Iterator[tuple[str, list[str]]]:
    """Yield labels and everyday words, each with the words of other languages for it."""
    with DATA.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            given = [(name, word) for name in LANGUAGES for word in row[name].split(";") if word]
            known = [form for name, word in given for form in forms(name, word)]
            others = set(_OTHERWISE.split()) - {word for _, word in given}
            yield row["means"], [word for word in known if word not in others]
