"""Measures which everyday words reach what a person means: ``python -m bench.everyday_words``.

``everyday_words.csv`` holds words as people type them, and the labels that would be right. The
tables were mended with the first list and the second, and with some words of those of other
languages (``de``, ``fr``, ``es``), which are mostly words that no table holds. A word reaches a
label by its name (other names, everyday words and those of other languages included), by the table
of what it has to do with, or by meaning.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gallery.taxonomy import TaxonomyLabel, load_taxonomy  # noqa: E402 - after the path is set
from gallery.taxonomy.everyday import everyday_words, related_labels  # noqa: E402
from gallery.taxonomy.languages import foreign_relations  # noqa: E402
from search.analysis import stem, words  # noqa: E402
from search.foreign import labels_called  # noqa: E402
from search.meaning.encoder import SentenceEncoder  # noqa: E402
from search.meaning.nearness import MAX_NEAR, Neighborhood  # noqa: E402

_WAYS = ("named", "related", "meaning", "wrong", "lost")
_WORDS = Path(__file__).with_name("everyday_words.csv")


@dataclass(frozen=True, slots=True)
class Judged:
    """A word of a list, and the labels that would be right."""

    list_name: str
    word: str
    wanted: frozenset[str]


def main() -> int:
    """Print how many words reach what they mean, and by which way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="show every word that is not named")
    verbose = parser.parse_args().verbose
    around = Neighborhood(SentenceEncoder())
    print(f"{'list':<10}{'words':>7}" + "".join(f"{way:>9}" for way in _WAYS))
    for name, judged in groupby(_judged(), key=lambda row: row.list_name):
        ways: Counter[str] = Counter()
        for row in judged:
            way, reached = _way(row, around)
            ways[way] += 1
            if verbose and way != "named":
                print(f"  {way:<8} {row.word!r}: wanted {sorted(row.wanted)}; got {reached[:5]}")
        total = sum(ways.values())
        print(f"{name:<10}{total:>7}" + "".join(f"{ways[way] / total:>9.3f}" for way in _WAYS))
    return 0


def _judged() -> Iterator[Judged]:
    with _WORDS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield Judged(row["list"], row["word"], frozenset(row["labels"].split(";")))


def _way(row: Judged, around: Neighborhood) -> tuple[str, list[str]]:
    """Return how a word reaches what is wanted, with the labels that it reaches so."""
    named = [label.name for label in load_taxonomy().all_labels() if _is_named(label, row.word)]
    named += labels_called(row.word)
    if row.wanted & set(named):
        return "named", named
    related = list(_related(row.word))
    if row.wanted & set(related):
        return "related", related
    near = [] if related else [near.name for near in around.near(row.word)[:MAX_NEAR]]
    if row.wanted & set(near):
        return "meaning", near
    reached = [*named, *related, *near]
    return ("wrong" if reached else "lost"), reached


def _is_named(label: TaxonomyLabel, word: str) -> bool:
    """True when a search for the word finds the label, as the index has it."""
    asked = [stem(token) for token in words(word)]
    tokens = {stem(token) for name in _spoken(label) for token in words(name)}
    return set(asked) <= tokens


def _spoken(label: TaxonomyLabel) -> Iterator[str]:
    yield label.name
    yield from label.aliases
    yield from everyday_words(label.name)


def _related(word: str) -> Iterator[str]:
    asked = {stem(token) for token in words(word)}
    for known, labels in chain(related_labels().items(), foreign_relations().items()):
        if {stem(token) for token in words(known)} == asked:
            yield from labels


if __name__ == "__main__":
    raise SystemExit(main())
