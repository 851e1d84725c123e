"""Words of other languages for labels: "Hund", "chien" and "perro" mean Dog.

The data is ``other_languages.csv`` beside this file: a label, and in each further column the
words of one language for it (separated by ``;``), plurals that English stems do not reach
included. A word that English has as well ("Boot", "pain", "see") is left out: it means what it
means in English.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("other_languages.csv")
LANGUAGES = ("de", "fr", "es", "it")


@lru_cache(maxsize=1)
def foreign_words() -> dict[str, tuple[str, ...]]:
    """Return the labels that each word stands for."""
    found: dict[str, list[str]] = {}
    with DATA.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for language in LANGUAGES:
                for word in filter(None, row[language].split(";")):
                    found.setdefault(word, []).append(row["label"])
    return {word: tuple(dict.fromkeys(labels)) for word, labels in found.items()}
