"""Where in a text that was read the words stand that somebody searched, and in which boxes.

What was searched, only the search can tell: it registers itself with ``mark_with``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gallery.types import Box

Range = tuple[int, int]
Finder = Callable[[str], list[Range]]

_finders: list[Callable[[str], Finder]] = []


def mark_with(finder_for: Callable[[str], Finder]) -> None:
    """Let ``finder_for(query)`` say where a text holds what the query asks for.

    It returns ranges of characters in order, none within another.
    """
    _finders[:] = [finder_for]


def finder_for(query: str) -> Finder:
    """Return what finds a query's words in a text; nothing where nobody can tell."""
    if not query or not _finders:
        return lambda _text: []
    return _finders[0](query)


def boxes_of(lines: Sequence[dict[str, Any]], ranges: Sequence[Range]) -> Iterator[Box]:
    """Yield a box for each range and line that it touches; lines are joined by one break each."""
    offset = 0
    for line in lines:
        end = offset + len(line["text"])
        for first, last in ranges:
            if first < end and last > offset:
                yield _box_in_line(line, first - offset, last - offset)
        offset = end + 1


def _box_in_line(line: dict[str, Any], first: int, last: int) -> Box:
    touched = [box for start, end, box in _placed_words(line) if start < last and end > first]
    return _union(touched) if touched else Box(*line["box"])


def _placed_words(line: dict[str, Any]) -> Iterator[tuple[int, int, Box]]:
    position = 0
    for word in line.get("words", ()):
        start = line["text"].find(word["text"], position)
        if start >= 0:
            position = start + len(word["text"])
            yield start, position, Box(*word["box"])


def _union(boxes: Sequence[Box]) -> Box:
    left = min(box.left for box in boxes)
    top = min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top).clipped()
