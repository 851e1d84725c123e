"""Spellings of the owner's own words that a misspelled word may stand for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis import stem
from search.backends.base import SearchBackend
from search.dictionary import is_real_word
from search.fields import FREE_WORD_FIELDS, LABEL_FIELDS
from search.lexer import Kind, lexemes
from search.types import And, Node, Or, Query, Term

MAX_VARIANTS = 8
_MIN_LENGTH = 4
# Words of this length have too many neighbors; only letters that changed places are put right.
_SHORT = 3
# Forms of a word begin alike: so many letters are enough to look for them.
_SAME_BEGINNING = 3
# Words of this length may be two edits away: "elefant" is, from "elephant".
_LONG = 7


class Speller:
    """Finds spellings in one owner's vocabulary.

    ``best`` has what was put in the place of words that nobody knows, and ``tried`` all that was
    looked for instead, the likeliest first; ``offered`` has what may be meant by words that exist,
    of which only this library has nothing.
    """

    def __init__(self, backend: SearchBackend, owner_id: UUID) -> None:
        self._backend = backend
        self._owner_id = owner_id
        self.best: dict[str, str] = {}
        self.tried: dict[str, tuple[str, ...]] = {}
        self.offered: dict[str, str] = {}

    def explicit(self, root: Node | None) -> Node | None:
        """Give the words marked with ``~`` their spellings."""
        return _mapped(root, lambda term: self._widened(term, term.fuzzy) if term.fuzzy else term)

    def corrected(self, root: Node | None, *, is_wide: bool = False) -> Node | None:
        """Give every word that neither the library nor a dictionary knows its nearest spellings.

        ``is_wide`` lets in those that are less near, too.
        """
        self.forget()
        return _mapped(root, lambda term: self._corrected_term(term, is_wide=is_wide))

    def offering(self, root: Node | None) -> Node | None:
        """Give the words their spellings that only a dictionary knows, too."""
        return _mapped(root, self._offering_term)

    def forget(self) -> None:
        """Drop what was found, of which nothing came."""
        self.best.clear()
        self.tried.clear()
        self.offered.clear()

    def did_you_mean(self, query: Query) -> str:
        """Return the query with each such word replaced by its likeliest spelling."""
        text = _respelled(query.text, self.best | self.offered)
        return text if text != query.text else ""

    def _corrected_term(self, term: Term, *, is_wide: bool) -> Term:
        if is_real_word(term.words[0]):
            return term
        return self._respelled(term, self.best, is_wide=is_wide)

    def _offering_term(self, term: Term) -> Term:
        is_real = is_real_word(term.words[0])
        return self._respelled(term, self.offered if is_real else self.best)

    def _respelled(self, term: Term, noted: dict[str, str], *, is_wide: bool = True) -> Term:
        """Return the term with its spellings, the likeliest of them noted."""
        is_plain = len(term.words) == 1 and not (term.prefix or term.pattern or term.exact)
        word = term.words[0]
        if not is_plain or term.fuzzy or len(word) < _SHORT or not word.isalpha():
            return term
        if self._is_known(term.field, word):
            return term
        widened = self._widened(term, _allowed(word), is_wide=is_wide)
        if widened.variants:
            self.tried[term.text] = widened.variants
            noted[term.text] = widened.variants[0]
        return widened

    def _is_known(self, field: str | None, word: str) -> bool:
        """True when the library has a form of the word, however unsure a label it is."""
        known = self._vocabulary(field, word[:_SAME_BEGINNING])
        return any(stem(other) == stem(word) for other in known)

    def _widened(self, term: Term, distance: int, *, is_wide: bool = True) -> Term:
        word = term.words[0]
        known = self._vocabulary(term.field, word[0])
        near = process.extract(
            word, list(known), scorer=OSA.distance, score_cutoff=distance, limit=None
        )
        ranked = sorted(
            (away, -known[other], other)
            for other, away, _ in near
            if other != word and (term.fuzzy or _may_be(word, other))
        )
        kept = [other for away, _, other in ranked if is_wide or away == ranked[0][0]]
        return replace(term, variants=tuple(kept[:MAX_VARIANTS]))

    def _vocabulary(self, field: str | None, prefix: str) -> Mapping[str, int]:
        fields = (field,) if field else (*LABEL_FIELDS, *FREE_WORD_FIELDS)
        return self._backend.all_words(self._owner_id, fields, prefix)


def is_near(word: str, other: str) -> bool:
    """True for words that differ by what one might mistype or misread."""
    if len(word) < _SHORT or word == other or not _may_be(word, other):
        return False
    limit = _allowed(word)
    return edit_distance(word, other, limit) <= limit


def _may_be(word: str, other: str) -> bool:
    return len(word) >= _MIN_LENGTH or sorted(word) == sorted(other)


def _allowed(word: str) -> int:
    return 2 if len(word) >= _LONG else 1


def edit_distance(one: str, other: str, limit: int) -> int:
    """Return the edits between two words, neighbors exchanged being one; at most ``limit + 1``."""
    return OSA.distance(one, other, score_cutoff=limit)


def _mapped(node: Node | None, change: Callable[[Term], Term]) -> Node | None:
    """Return the tree with ``change`` applied to every word that is not negated."""
    if isinstance(node, Term):
        return change(node)
    if isinstance(node, And | Or):
        children = tuple(mapped for child in node.children if (mapped := _mapped(child, change)))
        return And(children) if isinstance(node, And) else Or(children)
    return node


def _respelled(text: str, spellings: Mapping[str, str]) -> str:
    """Return the text with words replaced, but for what is quoted or shut out."""
    parts: list[str] = []
    end, is_negated = 0, False
    for lexeme in lexemes(text):
        if lexeme.kind is Kind.WORD and not is_negated:
            parts += [text[end : lexeme.start], _replaced(lexeme.text, spellings)]
            end = lexeme.end
        is_negated = lexeme.kind is Kind.NOT
    return "".join((*parts, text[end:]))


def _replaced(word: str, spellings: Mapping[str, str]) -> str:
    for wrong, right in spellings.items():
        word = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, word, flags=re.IGNORECASE)
    return word
