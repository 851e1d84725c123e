"""Matches in text that was read: on which page or second, in which words, in which boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from gallery.marking import boxes_of
from gallery.models import Kind, MediaItem, TextPage
from search.analysis import fold
from search.backends.encoding import grams
from search.needles import Needle, Passage
from search.rows import raw
from search.snippets import snippet
from search.typed_codes import code_spellings
from search.types import Match, Phrase

MAX_PAGES = 2
MAX_NEEDLES = 8
MAX_BOXES = 20
# A page of dense print has some 5,000 characters.
MAX_CHARACTERS = 50_000
# So many pieces of a code are looked for, of which any may be parted by a separator.
_MAX_PIECES = 12
_SEPARATORS = re.compile(r"[\W_]+")
# So many of an item's likely pages are read; then, so many of all items, whatever their accents.
_LIKELY_PAGES = 8
_PAGES_REREAD = 400

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page on which needles stand: its beginning, and the ranges of characters found.

    ``lines`` are TextPage's as they are stored: most of a page are the boxes of its words, and
    only of pages that are shown is it worth while to read them.
    """

    number: int
    start_ms: int | None
    end_ms: int | None
    lines: str
    text: str
    ranges: list[Range]


def load_pages(
    items: Sequence[MediaItem], needles: Sequence[Needle]
) -> dict[UUID, list[FoundPage]]:
    """Load for each item the pages on which needles stand, at most MAX_PAGES.

    Where an item has many, the database names the likely ones; only of those that are found to
    match are the boxes of the words read, which make pages large.
    """
    if not needles:
        return {}
    texts: dict[int, str] = {}
    likely = _likely(items, needles, texts)
    if missing := [pk for pks in likely.values() for pk in pks if pk not in texts]:
        texts |= TextPage.objects.filter(pk__in=missing).values_list("pk", "text")
    found: dict[int, tuple[str, list[Range]]] = {}
    for pks in likely.values():
        found |= islice(
            _matching(((pk, texts[pk]) for pk in pks if pk in texts), needles), MAX_PAGES
        )
    if not found:
        return {}
    pages: dict[UUID, list[FoundPage]] = {}
    rows = TextPage.objects.filter(pk__in=found).order_by("number").annotate(raw=raw("lines"))
    columns = ("item_id", "pk", "number", "start_ms", "end_ms", "raw")
    for item_id, pk, number, start_ms, end_ms, lines in rows.values_list(*columns):
        page = FoundPage(number, start_ms, end_ms, lines, *found[pk])
        pages.setdefault(item_id, []).append(page)
    return pages


def text_matches(pages: Sequence[FoundPage]) -> Iterator[Match]:
    """Yield a match for each of the pages."""
    yield from map(_match, pages)


def _matching(
    texts: Iterable[tuple[int, str]], needles: Sequence[Needle]
) -> Iterator[tuple[int, tuple[str, list[Range]]]]:
    for pk, whole in texts:
        text = whole[:MAX_CHARACTERS]
        if ranges := _ranges(text, needles):
            yield pk, (text, ranges)


def _likely(
    items: Sequence[MediaItem], needles: Sequence[Needle], texts: dict[int, str]
) -> dict[UUID, list[int]]:
    """Return for each item its pages most likely to match, the likeliest first.

    The texts of items with one page alone, of which none is likelier, come along at once.
    """
    best: dict[UUID, list[int]] = {}
    missed: dict[UUID, int] = {}
    for item_id, pk, score, text in _scored(items, needles).iterator():
        kept = best.setdefault(item_id, [])
        if score == 0 and not kept:
            missed[item_id] = 0
        if item_id in missed:
            missed[item_id] += 1
        if len(kept) < _LIKELY_PAGES:
            kept.append(pk)
            if text is not None:
                texts[pk] = text
    long = [item_id for item_id, pages in missed.items() if pages > _LIKELY_PAGES]
    return best | _reread(long, needles)


def _scored(
    items: Sequence[MediaItem], needles: Sequence[Needle]
) -> QuerySet[Any, tuple[Any, ...]]:
    """Read (item, page, score, text) of all pages; of long items without texts."""
    long = [item.pk for item in items if item.kind == Kind.VIDEO or (item.page_count or 1) > 1]
    pages = TextPage.objects.filter(item__in=[item.pk for item in items])
    score, text = (_score(needles), _but_of(long)) if long else (Value(0), F("text"))
    scored = pages.annotate(score=score, short=text).order_by("item_id", "-score", "number")
    found: QuerySet[Any, tuple[Any, ...]] = scored.values_list("item_id", "pk", "score", "short")
    return found


def _but_of(long: Sequence[UUID]) -> Combinable:
    return Case(When(item__in=long, then=None), default="text")


def _reread(item_ids: Sequence[UUID], needles: Sequence[Needle]) -> dict[UUID, list[int]]:
    """Look for the needles in long texts without accents, which databases do not see through."""
    if not item_ids:
        return {}
    probes = [probe for needle in needles[:MAX_NEEDLES] for probe in needle.probes() if probe]
    codes = [code for needle in needles[:MAX_NEEDLES] for code in code_spellings(needle.leaf)]
    pages = TextPage.objects.filter(item__in=item_ids).order_by("item_id", "number")
    found: dict[UUID, list[int]] = {}
    for item_id, pk, text in pages.values_list("item_id", "pk", "text")[:_PAGES_REREAD]:
        folded = "" if text.isascii() else fold(text[:MAX_CHARACTERS])
        squeezed = codes and _SEPARATORS.sub("", folded or text[:MAX_CHARACTERS].lower())
        is_likely = any(probe in folded for probe in probes)
        if is_likely or any(code in squeezed for code in codes):
            found.setdefault(item_id, []).append(pk)
    return {item_id: pks[:_LIKELY_PAGES] for item_id, pks in found.items()}


def _score(needles: Sequence[Needle]) -> Combinable:
    """Count the needles that may stand on a page, and the words of those that are phrases."""
    score: Combinable = Value(0)
    for needle in needles[:MAX_NEEDLES]:
        for probes in (needle.probes(), *_rest_of(needle)):
            found = Q()
            for probe in probes:
                for written in _written(probe):
                    found |= Q(text__icontains=written)
            score = score + Case(When(found, then=1), default=0, output_field=IntegerField())
    return score


def _rest_of(needle: Needle) -> Iterator[tuple[str, ...]]:
    """Yield what else may be on the page of a phrase or code: its words, its pieces, the whole."""
    for code in code_spellings(needle.leaf):
        pieces = grams(code)
        yield from ((piece,) for piece in pieces[:: len(pieces) // _MAX_PIECES + 1])
    words = needle.leaf.words[:MAX_NEEDLES]
    if isinstance(needle.leaf, Phrase) and len(words) > 1:
        yield from ((word,) for word in words[1:])
        yield (" ".join(words),)


def _written(probe: str) -> set[str]:
    """Return how text may write a probe: SQLite folds the case of ASCII letters alone."""
    return {probe} if probe.isascii() else {probe, probe.upper(), probe.capitalize()}


def _ranges(text: str, needles: Sequence[Needle]) -> list[Range]:
    return Passage("text", text).ranges(needles)


def _match(found: FoundPage) -> Match:
    is_frame = found.start_ms is not None
    boxes = boxes_of(orjson.loads(found.lines), found.ranges)
    return Match(
        "text",
        snippet(found.text, found.ranges),
        page=None if is_frame else found.number,
        start_ms=found.start_ms,
        end_ms=found.end_ms,
        boxes=tuple(islice(boxes, MAX_BOXES)),
    )
