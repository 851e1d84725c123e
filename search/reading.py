"""Matches in text that was read: on which page or second, in which words, in which boxes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from gallery.models import TextPage
from gallery.types import Box
from search.analysis import Token, analyze
from search.needles import Needle
from search.snippets import snippet
from search.types import Match

MAX_PAGES = 2
MAX_NEEDLES = 8
MAX_BOXES = 20
MAX_SPANS = 50
# A page of dense print has some 5,000 characters.
MAX_CHARACTERS = 50_000

Range = tuple[int, int]


def load_pages(item_ids: Sequence[UUID], needles: Sequence[Needle]) -> dict[UUID, list[TextPage]]:
    """Load for each item the pages most likely to match, at most MAX_PAGES.

    Words with their boxes make pages large: the database picks them by the stored text,
    in which letters beyond ASCII may stand as escapes.
    """
    if not needles:
        return {}
    scored = TextPage.objects.filter(item__in=item_ids).annotate(
        stored=Cast("lines", TextField()), score=_score(needles)
    )
    best: dict[UUID, list[int]] = {}
    ordered = scored.order_by("item_id", "-score", "number")
    for item_id, pk in ordered.values_list("item_id", "pk"):
        if len(kept := best.setdefault(item_id, [])) < MAX_PAGES:
            kept.append(pk)
    pages: dict[UUID, list[TextPage]] = {}
    wanted = [pk for kept in best.values() for pk in kept]
    for page in TextPage.objects.filter(pk__in=wanted).order_by("number"):
        pages.setdefault(page.item_id, []).append(page)
    return pages


def text_matches(pages: Sequence[TextPage], needles: Sequence[Needle]) -> Iterator[Match]:
    """Yield a match for each of the pages that holds any of the needles."""
    for page in pages:
        text = page.text[:MAX_CHARACTERS]
        if ranges := _ranges(text, needles):
            yield _match(page, text, ranges)


def _score(needles: Sequence[Needle]) -> Combinable:
    """Count the needles that may stand on a page."""
    score: Combinable = Value(0)
    for needle in needles[:MAX_NEEDLES]:
        found = Q()
        for probe in needle.probes():
            for written in _written(probe):
                found |= Q(stored__icontains=written)
        score = score + Case(When(found, then=1), default=0, output_field=IntegerField())
    return score


def _written(probe: str) -> set[str]:
    """Return how stored text may write a probe: databases fold the case of ASCII letters alone."""
    if probe.isascii():
        return {probe}
    cased = (probe, probe.upper(), probe.capitalize())
    return {*cased, *(json.dumps(text)[1:-1] for text in cased)}


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
