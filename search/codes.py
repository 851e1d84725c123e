"""Codes as printed: part numbers, plates, serials, phone and bank account numbers.

Separators are dropped here and in what is typed, so that ``DE893704`` finds ``DE89 3704`` and the
other way round. A code holds a digit and lies within one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from search.analysis import Token, analyze, is_unspaced
from search.types import Code

# Fields whose texts hold codes.
CODE_FIELDS = ("text", "caption", "name", "field")
MIN_LENGTH = 3
# Shorter ones are found by chance in any line of numbers: they lie between two spaces.
MIN_SPACED = 6
MAX_CODES = 5_000

_LONGEST_RUN = 64
_MOST_LETTERS_IN_A_ROW = 2
_LONGEST_GAP = 3
# How long letters may be that belong to a code: right beside a digit, behind a separator, behind
# a space and in capitals.
_GLUED, _PARTED, _SPACED = 12, 8, 4
_DIGIT = re.compile(r"\d")
_BLANKS = " \u00a0\u2009\u202f"
_GAP = re.compile(rf"[{_BLANKS}\-/._:()+\u2010-\u2015\u2212]{{0,3}}")
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
# An amount with cents.
MONEY = r"(?:\d{1,3}(?:[.,'\u2019 \u00a0]\d{3}){1,4}|\d+)[.,]\d{2}"
_AMOUNT = re.compile(rf"(?<![\d.,/:])(?<!\w-){MONEY}(?!\d|[.,:/\-]\d)")

_CLOCK = re.compile(r"(?<![\w:.,/-])\d{1,2}:\d{2}(?::\d{2})?(?![\w:]|[.,/-]\d)")


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code and the tokens that it is made of; ``is_spaced`` when spaces part them.

    ``offset`` is where the line of the tokens begins in the source.
    """

    text: str
    tokens: tuple[Token, ...]
    offset: int
    is_spaced: bool

    def ranges(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Yield where ``wanted`` stands, as characters of the source."""
        if self.is_spaced and len(wanted) < MIN_SPACED:
            return
        start = self.text.find(wanted)
        while start >= 0:
            yield self._source(start, start + len(wanted))
            start = self.text.find(wanted, start + 1)

    def _source(self, first: int, last: int) -> tuple[int, int]:
        start, end, offset = -1, -1, 0
        for token in self.tokens:
            behind = offset + len(token.text)
            # Folding may change the length of a word, which is then shown as a whole.
            is_even = len(token.text) == token.end - token.start
            if start < 0 and first < behind:
                start = token.start + (first - offset if is_even else 0)
            if last <= behind:
                end = token.start + last - offset if is_even else token.end
                break
            offset = behind
        return self.offset + start, self.offset + end


def codes_in(field: str, text: str) -> list[PrintedCode]:
    """Return the codes in a field's text, at most MAX_CODES.

    The suffix of a file's name is no part of a code.
    """
    if field not in CODE_FIELDS:
        return []
    if field == "name" and (suffix := _SUFFIX.search(text)):
        text = text[: suffix.start()]
    return list(islice(_printed(text), MAX_CODES))


def indexed_codes(field: str, text: str) -> tuple[Code, ...]:
    """Return the codes in a field's text as the index knows them."""
    return tuple(dict.fromkeys(Code(code.text, code.is_spaced) for code in codes_in(field, text)))


@dataclass(frozen=True, slots=True)
class _Line:
    """A text on its way into codes; ``money`` are the digits that belong to amounts.

    ``edges`` are where times of day begin and end, beyond which no code reaches.
    """

    text: str
    tokens: Sequence[Token]
    money: set[int]
    edges: set[int]

    def reach(self, at: int, step: int, limit: int) -> int:
        """Return the last token that belongs to the code at ``at``, going on by ``step``."""
        letters, length = 0, len(self.tokens[at].text)
        while at != limit:
            neighbor = self.tokens[at + step]
            length += len(neighbor.text)
            gap = self._gap(*((at, at + step) if step > 0 else (at + step, at)))
            if gap is None or at + step in self.money or length > _LONGEST_RUN:
                break
            letters = 0 if neighbor.text[0].isdecimal() else letters + 1
            if letters and (letters > _MOST_LETTERS_IN_A_ROW or not self._fits(neighbor, gap)):
                break
            at += step
        return at

    def _gap(self, before: int, behind: int) -> str | None:
        start, end = self.tokens[before].end, self.tokens[behind].start
        if start in self.edges or end in self.edges:
            return None
        # Two that come from one character, as those of a fraction do, are no two groups.
        gap = self.text[start:end] if 0 <= end - start <= _LONGEST_GAP else "\n"
        return gap if _GAP.fullmatch(gap) else None

    def _fits(self, letters: Token, gap: str) -> bool:
        """True for letters that may belong to a code on the other side of ``gap``."""
        if is_unspaced(letters.text):
            return False
        if _is_blank(gap):
            is_capital = self.text[letters.start : letters.end].isupper()
            return is_capital and len(letters.text) <= _SPACED
        return len(letters.text) <= (_PARTED if gap else _GLUED)


def _printed(text: str) -> Iterator[PrintedCode]:
    end = 0
    while (digit := _DIGIT.search(text, end)) is not None:
        start = text.rfind("\n", 0, digit.start()) + 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        for run in _runs(text[start:end], analyze(text[start:end])):
            yield from _codes_of(run, text[start:end], start)


def _runs(text: str, tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the runs of neighboring tokens that make up codes, each around at least one digit."""
    digits = [at for at, token in enumerate(tokens) if token.text[0].isdecimal()]
    if not digits:
        return
    clocks = _CLOCK.finditer(text) if ":" in text else ()
    edges = {edge for clock in clocks for edge in clock.span()}
    line = _Line(text, tokens, _money(text, tokens, digits), edges)
    free = 0
    for at in digits:
        if at < free or at in line.money:
            continue
        first, last = line.reach(at, -1, free), line.reach(at, 1, len(tokens) - 1)
        free = last + 1
        yield tokens[first:free]


def _money(text: str, tokens: Sequence[Token], digits: Sequence[int]) -> set[int]:
    """Return which of the digits belong to amounts with cents."""
    spans = [match.span() for match in _AMOUNT.finditer(text)]
    found: set[int] = set()
    number = 0
    for at in digits:
        while number < len(spans) and spans[number][1] <= tokens[at].start:
            number += 1
        if number < len(spans) and spans[number][0] <= tokens[at].start:
            found.add(at)
    return found


def _is_blank(gap: str) -> bool:
    return any(blank in gap for blank in _BLANKS)


def _codes_of(run: Sequence[Token], text: str, offset: int) -> Iterator[PrintedCode]:
    """Yield the pieces between spaces that are codes, and what they make when joined."""
    pieces: list[list[Token]] = [[run[0]]]
    for before, token in pairwise(run):
        if _is_blank(text[before.end : token.start]):
            pieces.append([])
        pieces[-1].append(token)
    for tokens in pieces:
        joined = "".join(token.text for token in tokens)
        if len(joined) >= MIN_LENGTH and has_digit(joined):
            yield PrintedCode(joined, tuple(tokens), offset, is_spaced=False)
    joined = "".join(token.text for token in run)
    if len(pieces) > 1 and len(joined) >= MIN_SPACED:
        yield PrintedCode(joined, tuple(run), offset, is_spaced=True)


def has_digit(text: str) -> bool:
    """True for text with a digit of any script."""
    return any(character.isdecimal() for character in text)
