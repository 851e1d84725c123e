"""Matches in text that was read: on which page or second, in which words, in which boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from gallery.models import MediaItem, TextPage
from gallery.types import Box
from search.analysis import Token, analyze
from search.needles import Needle
from search.snippets import snippet
from search.types import Match

MAX_PAGES_SHOWN = 3
MAX_BOXES = 20
MAX_SPANS = 50
# A page of dense print has some 5,000 characters; a hit is worth looking through forty of them.
MAX_CHARACTERS = 200_000

Range = tuple[int, int]


def text_matches(item: MediaItem, needles: Sequence[Needle]) -> Iterator[Match]:
    """Yield a match for each of the first pages that hold any of the needles."""
    if not needles:
        return
    found = 0
    budget = MAX_CHARACTERS
    for page in item.text_pages.all():
        text = page.text
        if budget <= 0 or found >= MAX_PAGES_SHOWN:
            return
        if not _may_match(text, needles):
            continue
        budget -= len(text)
        if ranges := _ranges(text, needles):
            found += 1
            yield _match(page, text, ranges)


def _may_match(text: str, needles: Sequence[Needle]) -> bool:
    """Tell quickly whether a look at every word is worth it."""
    if not text.isascii():
        return bool(text)
    lowered = text.lower()
    probes = [needle.probes() for needle in needles]
    return any(not some or any(probe in lowered for probe in some) for some in probes)


def _ranges(text: str, needles: Sequence[Needle]) -> list[Range]:
    tokens: list[Token] = analyze(text)
    spans = {span for needle in needles for span in islice(needle.spans(tokens), MAX_SPANS)}
    return sorted((tokens[start].start, tokens[end - 1].end) for start, end in spans)


def _match(page: TextPage, text: str, ranges: list[Range]) -> Match:
    is_frame = page.start_ms is not None
    return Match(
        "text",
        snippet(text, ranges),
        page=None if is_frame else page.number,
        start_ms=page.start_ms,
        end_ms=page.end_ms,
        boxes=tuple(islice(_boxes(page.lines, ranges), MAX_BOXES)),
    )


def _boxes(lines: Sequence[dict[str, Any]], ranges: Sequence[Range]) -> Iterator[Box]:
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
