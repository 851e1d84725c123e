"""What of a query to look for in stored words, to say where and why something matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice, pairwise

from search.analysis import Token, analyze, is_unspaced, stem
from search.codes import PrintedCode, codes_in
from search.typed_codes import code_spellings
from search.types import And, Choice, Near, Node, Or, Phrase, Range, Term

Span = tuple[int, int]
MAX_SPANS = 50
# Names of places, cameras, months and kinds come again with every item.
_SHORT = 100


class Passage:
    """A field's text with its tokens and codes, which are worked out when they are asked for."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text

    @cached_property
    def tokens(self) -> Sequence[Token]:
        return analyze(self.text) if len(self.text) > _SHORT else _short_tokens(self.text)

    @cached_property
    def codes(self) -> list[PrintedCode]:
        return codes_in(self.field, self.text)

    def ranges(self, needles: Iterable[Needle]) -> list[Span]:
        """Return the characters that the needles match, in order; none lies within another."""
        asked = self._asked(tuple(needles))
        found = {span for needle in asked for span in islice(needle.ranges(self), MAX_SPANS)}
        kept: list[Span] = []
        for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
            if not kept or end > kept[-1][1]:
                kept.append((start, end))
        return kept

    def _asked(self, needles: Sequence[Needle]) -> Sequence[Needle]:
        """Leave out the words of a code that stands here as a whole: a lone "3" says nothing."""
        wholes = {one for one in needles if one.is_joined and next(one.ranges(self), None)}
        if not wholes:
            return needles
        pieces = {word for whole in wholes for word in whole.leaf.words}
        return [one for one in needles if one in wholes or not pieces.issuperset(one.leaf.words)]


@dataclass(frozen=True, slots=True)
class Needle:
    """One word or phrase of the query; ``leaf`` says in which field and how loosely."""

    leaf: Term | Phrase
    # Which words fit as its first: texts use the same ones again and again.
    _known: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def is_joined(self) -> bool:
        """True for several words that may be one code, as ``with_joined_codes`` gives them."""
        return isinstance(self.leaf, Term) and " " in self.leaf.text

    def spans(self, tokens: Sequence[Token]) -> Iterator[Span]:
        """Yield the ranges of tokens that it matches, from the first to the one behind the last."""
        if isinstance(self.leaf, Phrase) and self.leaf.slop and len(self.leaf.words) > 1:
            yield from self._near(tokens, self.leaf.slop)
            return
        rest = range(1, len(self.leaf.words))
        # Most places fail at the first word.
        last = max(len(tokens) - len(rest), 0)
        for start in self._beginnings(islice(tokens, last)):
            if all(self._fits(number, tokens[start + number].text) for number in rest):
                yield start, start + len(self.leaf.words)

    def in_order(self) -> Needle:
        """Return the needle for names of labels, of which no words are merely near."""
        if isinstance(self.leaf, Phrase) and self.leaf.slop:
            return Needle(replace(self.leaf, slop=0))
        return self

    def ranges(self, passage: Passage) -> Iterator[Span]:
        """Yield the ranges of characters that it matches: its words, or a code it is part of."""
        tokens = passage.tokens
        is_found = False
        for start, end in self.spans(tokens):
            is_found = True
            yield self._typed(tokens[start]) or (tokens[start].start, tokens[end - 1].end)
        if is_found:
            return
        for spelling in code_spellings(self.leaf):
            for code in passage.codes:
                yield from code.ranges(spelling)

    def _typed(self, token: Token) -> Span | None:
        """Return where a typed character stands in a pair of characters; None for all else."""
        word, *others = self.leaf.words
        is_even = len(token.text) == token.end - token.start
        is_inside = len(word) == 1 and not others and is_unspaced(word) and word in token.text
        if not is_even or not is_inside:
            return None
        at = token.start + token.text.index(word)
        return at, at + 1

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

    def _near(self, tokens: Sequence[Token], slop: int) -> Iterator[Span]:
        """Yield where each word stands near the next, when all of them do somewhere."""
        found: set[Span] = set()
        for pair in pairwise(self.leaf.words):
            spans = set(_neighbors(tokens, pair, slop))
            if not spans:
                return
            found |= spans
        yield from sorted(found)

    def _beginnings(self, tokens: Iterable[Token]) -> Iterator[int]:
        """Yield the numbers of the tokens that fit as its first word."""
        known = self._known
        for number, (text, _, _) in enumerate(tokens):
            if text not in known:
                known[text] = self._fits(0, text)
            if known[text]:
                yield number

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
        # English words and their stems begin with the same letter.
        is_alike = text[:1] == word[:1] or not word.isascii()
        return is_alike and word.isalpha() and stem(text) == stem(word)


@lru_cache(maxsize=10_000)
def _short_tokens(text: str) -> tuple[Token, ...]:
    return tuple(analyze(text))


def _neighbors(tokens: Sequence[Token], pair: tuple[str, str], slop: int) -> Iterator[Span]:
    """Yield where two words stand with at most ``slop`` others between, whichever is first."""
    for start, token in enumerate(tokens):
        if token.text not in pair:
            continue
        other = pair[1] if token.text == pair[0] else pair[0]
        for end in range(start + 1, min(start + slop + 2, len(tokens))):
            if tokens[end].text == other:
                yield start, end + 1
                break


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


def choices_of(node: Node | None) -> tuple[Choice, ...]:
    """Return the kinds and states of the query that are not negated."""
    if isinstance(node, Choice):
        return (node,)
    if isinstance(node, And | Or):
        return tuple(found for child in node.children for found in choices_of(child))
    return ()


def nears_of(node: Node | None) -> tuple[Near, ...]:
    """Return the places of the query that are not negated."""
    if isinstance(node, Near):
        return (node,)
    if isinstance(node, And | Or):
        return tuple(found for child in node.children for found in nears_of(child))
    return ()
