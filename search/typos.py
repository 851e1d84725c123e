"""Spellings of the owner's own words that a misspelled word may stand for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from search.analysis import stem
from search.backends.base import SearchBackend
from search.fields import FREE_WORD_FIELDS, LABEL_FIELDS
from search.types import And, Node, Or, Query, Term

MAX_VARIANTS = 8
_MAX_WORDS_COMPARED = 20_000
_MIN_LENGTH = 4
# Words of this length may be two edits away: "elefant" is, from "elephant".
_LONG = 7


class Speller:
    """Finds spellings in one owner's vocabulary."""

    def __init__(self, backend: SearchBackend, owner_id: UUID) -> None:
        self._backend = backend
        self._owner_id = owner_id
        self.best: dict[str, str] = {}

    def explicit(self, root: Node | None) -> Node | None:
        """Give the words marked with ``~`` their spellings."""
        return _mapped(root, lambda term: self._widened(term, term.fuzzy) if term.fuzzy else term)

    def corrected(self, root: Node | None) -> Node | None:
        """Give every word that the library does not know its spellings; ``best`` notes them."""
        return _mapped(root, self._corrected_term)

    def did_you_mean(self, query: Query) -> str:
        """Return the query with each misspelled word replaced by its likeliest spelling."""
        text = query.text
        for wrong, right in self.best.items():
            text = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, text, flags=re.IGNORECASE)
        return text if self.best and text != query.text else ""

    def _corrected_term(self, term: Term) -> Term:
        is_plain = len(term.words) == 1 and not (term.prefix or term.pattern or term.exact)
        if not is_plain or len(term.words[0]) < _MIN_LENGTH or not term.words[0].isalpha():
            return term
        return self._widened(term, _allowed(term.words[0]))

    def _widened(self, term: Term, distance: int) -> Term:
        word = term.words[0]
        known = self._vocabulary(term.field, word[0])
        if not term.fuzzy and any(
            stem(other) == stem(word) for other in known if other[:3] == word[:3]
        ):
            return term
        ranked = sorted(
            (away, -count, other)
            for other, count in known.items()
            if other != word and (away := edit_distance(word, other, distance)) <= distance
        )
        variants = tuple(other for _, _, other in ranked[:MAX_VARIANTS])
        if variants:
            self.best[term.text] = variants[0]
        return replace(term, variants=variants)

    def _vocabulary(self, field: str | None, letter: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for name in (field,) if field else (*LABEL_FIELDS, *FREE_WORD_FIELDS):
            found = self._backend.vocabulary(self._owner_id, name, letter, _MAX_WORDS_COMPARED)
            for word, count in found.items():
                counts[word] = counts.get(word, 0) + count
        return counts


def is_near(word: str, other: str) -> bool:
    """True for words that differ by what one might mistype or misread."""
    if len(word) < _MIN_LENGTH or word == other:
        return False
    limit = _allowed(word)
    return edit_distance(word, other, limit) <= limit


def _allowed(word: str) -> int:
    return 2 if len(word) >= _LONG else 1


def edit_distance(one: str, other: str, limit: int) -> int:
    """Return the edits between two words, neighbors exchanged being one; at most ``limit + 1``."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, second in enumerate(other, 1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != second))
            swapped = row > 1 and column > 1 and letter == other[column - 2]
            if swapped and second == one[row - 2]:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > limit:
            return limit + 1
        before, above = above, line
    return above[-1]


def _mapped(node: Node | None, change: Callable[[Term], Term]) -> Node | None:
    """Return the tree with ``change`` applied to every word that is not negated."""
    if isinstance(node, Term):
        return change(node)
    if isinstance(node, And | Or):
        children = tuple(mapped for child in node.children if (mapped := _mapped(child, change)))
        return And(children) if isinstance(node, And) else Or(children)
    return node
