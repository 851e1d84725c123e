"""Rows of a page: what stands side by side, whatever lines the engine made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from gallery.types import Box, TextLine, TextPage, Word

# More than this on one page is no document that a person made.
MAX_WORDS = 6_000
MAX_LETTERS, MAX_ROW_WORDS = 80, 100
# Words further apart than this many letters' widths stand in different parts of a row.
PART_LETTERS = 2.6
# Lines whose middles differ by less than this share of a line's height stand side by side.
SAME_ROW = 0.5
_SKEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Token:
    """A word: ``box`` on the page as it is read, ``shown`` on the picture as it was given."""

    text: str
    confidence: float
    box: Box
    shown: Box

    @property
    def right(self) -> float:
        return self.box.left + self.box.width

    @property
    def middle(self) -> float:
        return self.box.top + self.box.height / 2


@dataclass(frozen=True)
class Row:
    """Words side by side, from left to right; wide gaps are two spaces in ``text``."""

    page: int
    tokens: tuple[Token, ...]

    @cached_property
    def parts(self) -> tuple[tuple[Token, ...], ...]:
        """The words, split where the gap is wide."""
        return tuple(tuple(part) for part in _parts(self.tokens))

    @cached_property
    def text(self) -> str:
        return "  ".join(join(part) for part in self.parts)

    def between(self, start: int, end: int) -> tuple[Token, ...]:
        """Return the words that hold the characters from ``start`` to ``end`` of ``text``."""
        found, place = [], 0
        for part in self.parts:
            for token in part:
                if place < end and place + len(token.text) > start:
                    found.append(token)
                place += len(token.text) + 1
            place += 1
        return tuple(found)

    @property
    def top(self) -> float:
        return min(token.box.top for token in self.tokens)

    @property
    def bottom(self) -> float:
        return max(token.box.top + token.box.height for token in self.tokens)

    @property
    def height(self) -> float:
        return median(token.box.height for token in self.tokens)


@dataclass(slots=True)
class _Gathering:
    """Lines that turn out to stand side by side."""

    lines: list[Sequence[Token]] = field(default_factory=list)
    places: float = 0.0
    height: float = 1.0

    def takes(self, place: float, height: float) -> bool:
        middle = self.places / len(self.lines)
        return place - middle < SAME_ROW * min(self.height, height)

    def add(self, place: float, height: float, line: Sequence[Token]) -> None:
        self.lines.append(line)
        self.places += place
        self.height = min(self.height, height)


def join(tokens: Iterable[Token]) -> str:
    """Return the words as text."""
    return " ".join(token.text for token in tokens)


def letter_width(tokens: Sequence[Token]) -> float:
    """Return the width of a letter in ratios of the page."""
    return sum(t.box.width for t in tokens) / max(sum(len(t.text) for t in tokens), 1)


def tokens_of(page: TextPage) -> list[list[Token]]:
    """Return the page's words by the engine's lines, on the page turned to be read."""
    lines: list[list[Token]] = []
    left = MAX_WORDS
    for line in page.lines:
        words = [word for word in _words(line)[:left] if word.text.strip()]
        left -= len(words)
        if words:
            lines.append([_token(word, page.rotation) for word in words])
    return lines


def rows_of(page: TextPage) -> list[Row]:
    """Return the rows from top to bottom, straight even where the page lies aslant."""
    lines = tokens_of(page)
    slope = _slope(lines)
    placed = sorted(((_straight(line, slope), line) for line in lines), key=lambda one: one[0])
    rows: list[_Gathering] = []
    for place, line in placed:
        if not (rows and rows[-1].takes(place, _height(line))):
            rows.append(_Gathering())
        rows[-1].add(place, _height(line), line)
    return [_row(page.number, row.lines) for row in rows]


def turned(box: Box, degrees: int) -> Box:
    """Return where a box lies after its page was turned clockwise by a multiple of 90."""
    if degrees % 360 == 90:
        return Box(1 - box.top - box.height, box.left, box.height, box.width)
    if degrees % 360 == 180:
        return Box(1 - box.left - box.width, 1 - box.top - box.height, box.width, box.height)
    if degrees % 360 == 270:
        return Box(box.top, 1 - box.left - box.width, box.height, box.width)
    return box


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds them all; there is at least one."""
    kept = list(boxes)
    left, top = min(b.left for b in kept), min(b.top for b in kept)
    right = max(b.left + b.width for b in kept)
    bottom = max(b.top + b.height for b in kept)
    return Box(left, top, right - left, bottom - top).clipped()


def _words(line: TextLine) -> Sequence[Word]:
    return line.words or (Word(line.text, line.confidence, line.box),)


def _token(word: Word, rotation: int) -> Token:
    return Token(word.text[:MAX_LETTERS], word.confidence, turned(word.box, rotation), word.box)


def _slope(lines: Sequence[Sequence[Token]]) -> float:
    """Return how far lines fall over the width of the page."""
    slopes = []
    for line in lines:
        width = line[-1].box.left - line[0].box.left
        if len(line) >= _SKEW_WORDS and width > 0.2:
            slopes.append((line[-1].middle - line[0].middle) / width)
    return median(slopes) if len(slopes) >= _SKEW_WORDS else 0.0


def _straight(line: Sequence[Token], slope: float) -> float:
    return median(token.middle - slope * (token.box.left + token.right) / 2 for token in line)


def _height(line: Sequence[Token]) -> float:
    return median(token.box.height for token in line)


def _row(page: int, lines: Iterable[Sequence[Token]]) -> Row:
    tokens = sorted((t for line in lines for t in line), key=lambda token: token.box.left)
    return Row(page, tuple(tokens[:MAX_ROW_WORDS]))


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    wide = PART_LETTERS * letter_width(tokens)
    parts: list[list[Token]] = []
    for token in tokens:
        if parts and token.box.left - parts[-1][-1].right <= wide:
            parts[-1].append(token)
        else:
            parts.append([token])
    return parts
