"""Pieces of text around what matched. Plain text: whoever shows it escapes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.types import SnippetPart

WIDTH = 160
_BEFORE = 50
# Where more stands before a match, a narrow page has no room left for the match itself.
_MOST_BEFORE = 60
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

Range = tuple[int, int]


def snippet(text: str, ranges: Sequence[Range]) -> tuple[SnippetPart, ...]:
    """Cut ``text`` around the first of ``ranges`` and mark each of them that lies in the cut.

    No more than _MOST_BEFORE characters stand before the first.
    ``ranges`` are character offsets in order of their beginnings. Line breaks and
    invisible controls become spaces.
    """
    if not ranges:
        return ()
    start, end = _window(text, ranges[0])
    parts: list[SnippetPart] = []
    position = start
    for first, last in ranges:
        first, last = max(first, position), min(last, end)
        if first >= last:
            continue
        parts.append(_part(text, position, first))
        parts.append(_part(text, first, last, highlighted=True))
        position = last
    parts.append(_part(text, position, end))
    lead = [SnippetPart("…")] if start > 0 else []
    tail = [SnippetPart("…")] if end < len(text) else []
    return tuple(part for part in (*lead, *parts, *tail) if part.text)


def _window(text: str, first: Range) -> Range:
    start = first[0] - _BEFORE if first[0] > _MOST_BEFORE else 0
    end = min(start + WIDTH, len(text))
    return _forward(text, start, first[0]), _backward(text, end, min(first[1], end))


def _forward(text: str, start: int, limit: int) -> int:
    """Move past the rest of a word that the cut would halve."""
    if start == 0:
        return 0
    gap = re.compile(r"\s").search(text, start - 1, limit)
    return gap.end() if gap else start


def _backward(text: str, end: int, limit: int) -> int:
    if end == len(text):
        return end
    gap = text[limit : end + 1].rfind(" ")
    return limit + gap if gap > 0 else end


def _part(text: str, start: int, end: int, *, highlighted: bool = False) -> SnippetPart:
    return SnippetPart(_BLANKS.sub(" ", text[start:end]), highlighted)
