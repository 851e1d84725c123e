"""Words that exist, whether or not a library has anything of them: none is a mistyped other."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from gallery.taxonomy import load_taxonomy
from gallery.taxonomy.everyday import all_words
from gallery.taxonomy.languages import foreign_relations, foreign_words
from search.analysis import stem, words
from search.foreign import FOREIGN_KINDS
from search.months import foreign_months
from search.place_names import other_names


def is_real_word(word: str) -> bool:
    """True for a form of a word in the name of a label that we know, or an everyday word."""
    return stem(word) in _stems()


@lru_cache(maxsize=1)
def _stems() -> frozenset[str]:
    names = [
        *all_words(),
        *foreign_words(),
        *foreign_relations(),
        *other_names(),
        *foreign_months(),
    ]
    names += chain.from_iterable(FOREIGN_KINDS.values())
    for label in load_taxonomy().all_labels():
        names += [label.name, *label.aliases]
    return frozenset(stem(word) for name in names for word in words(name))
