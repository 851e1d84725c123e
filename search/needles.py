"""What of a query to look for in stored words, to say where and why something matched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.analysis import Token, is_unspaced, stem
from search.types import And, Node, Or, Phrase, Range, Term

Span = tuple[int, int]
MAX_SPANS = 50


@dataclass(frozen=True, slots=True)
class Needle:
    """One word or phrase of the query; ``leaf`` says in which field and how loosely."""

    leaf: Term | Phrase

    def spans(self, tokens: Sequence[Token]) -> Iterator[Span]:
        """Yield the ranges of tokens that it matches, from the first to the one behind the last."""
        size = len(self.leaf.words)
        slop = self.leaf.slop if isinstance(self.leaf, Phrase) else 0
        for start in range(len(tokens) - size + 1):
            if not self._fits(0, tokens[start].text):
                continue
            end = self._end(tokens, start, slop)
            if end:
                yield start, end

    def is_in(self, field: str, free: Sequence[str]) -> bool:
        """True when the needle is looked for in ``field``."""
        return self.leaf.field == field or (self.leaf.field is None and field in free)

    def probes(self) -> tuple[str, ...]:
        """Return pieces of text, one of which a page most likely holds if it matches.

        Stems end where the forms of a word part; an "i" at their end may be a "y" there.
        """
        leaf, word = self.leaf, self.leaf.words[0]
        if isinstance(leaf, Term) and leaf.pattern:
            return (word.partition("?")[0],)
        spellings = (word, *(leaf.variants if isinstance(leaf, Term) else ()))
        typed = leaf.text.split()[0].lower() if leaf.text.split() else word
        return tuple(dict.fromkeys((*spellings, stem(word).removesuffix("i"), typed)))

    def _end(self, tokens: Sequence[Token], start: int, slop: int) -> int:
        """Return where a match that begins at ``start`` ends; 0 when there is none."""
        position, spare = start + 1, slop
        for number in range(1, len(self.leaf.words)):
            while position < len(tokens) and not self._fits(number, tokens[position].text):
                position, spare = position + 1, spare - 1
                if spare < 0:
                    return 0
            if position >= len(tokens):
                return 0
            position += 1
        return position

    def _fits(self, number: int, text: str) -> bool:
        leaf, word = self.leaf, self.leaf.words[number]
        if text == word:
            return True
        if isinstance(leaf, Phrase):
            return False
        is_last = number == len(leaf.words) - 1
        if leaf.pattern:
            return re.fullmatch(re.escape(word).replace(r"\?", "."), text) is not None
        if leaf.prefix and is_last:
            return text.startswith(word)
        if leaf.variants:
            return text in leaf.variants
        if is_unspaced(word):
            return len(word) == 1 and word in text
        return word.isalpha() and stem(text) == stem(word)


def needles_of(node: Node | None) -> tuple[Needle, ...]:
    """Return the needles of everything in the query that is not negated."""
    if isinstance(node, Term | Phrase):
        return (Needle(node),)
    if isinstance(node, And | Or):
        found = (needle for child in node.children for needle in needles_of(child))
        return tuple(dict.fromkeys(found))
    return ()


def ranges_of(node: Node | None) -> tuple[Range, ...]:
    """Return the ranges of the query that are not negated."""
    if isinstance(node, Range):
        return (node,)
    if isinstance(node, And | Or):
        return tuple(found for child in node.children for found in ranges_of(child))
    return ()
