"""Words of other languages: "Hund", "chien" and "perro" mean Dog, "Gras" has to do with Plant.

The data is ``other_languages.csv`` beside this file: a label or an everyday word, and in each
further column the words of one language for it (separated by ``;``). Forms that rules give
(``gallery.taxonomy.inflection``) need not be there. A word that English has as well ("Boot",
"pain", "see") is left out: it means what it means in English. ``shared_words.csv`` has some of
these, in the forms that count, for sentences that are not English.
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
# Words that English has as well: they mean a label only beside other words of their language.
SHARED = Path(__file__).with_name("shared_words.csv")
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
def words_of_languages() -> dict[str, frozenset[str]]:
    """Return the words of each language, in all their forms, that English has not."""
    known = frozenset((*foreign_words(), *foreign_relations()))
    return {name: known.intersection(_spoken(name)) for name in LANGUAGES}


def _spoken(language: str) -> Iterator[str]:
    for _, word in _written(DATA, language):
        yield from forms(language, word)


@lru_cache(maxsize=1)
def shared_words() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return for words that English has as well their languages, and the labels they mean there."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for name in LANGUAGES:
        for means, word in _written(SHARED, name):
            found.setdefault(word, {})[name, means] = None
    return {word: tuple(meanings) for word, meanings in found.items()}


def _written(path: Path, language: str) -> Iterator[tuple[str, str]]:
    """Yield what words of one language mean, and these as they stand in a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield from ((row["means"], word) for word in filter(None, row[language].split(";")))


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
