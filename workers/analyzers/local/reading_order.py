"""The order in which a person reads the lines of a page: columns, then rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

from gallery.types import Box

T = TypeVar("T")
# Columns are told from tables by their long lines: this many line heights.
COLUMN_LINE_HEIGHTS = 8.0
MIN_COLUMN_LINES = 5
# Lines whose middles differ by less than this many line heights stand side by side.
SAME_ROW = 0.5
# Where more of the lines run over a gutter, it is none.
MOST_CROSSINGS = 0.4
MAX_DEPTH = 6


def in_reading_order(items: Sequence[T], box_of: Callable[[T], Box]) -> list[T]:
    """Return the items sorted: column by column, top to bottom, left to right."""
    return _sort(list(items), box_of, 0)


def _sort(items: list[T], box_of: Callable[[T], Box], depth: int) -> list[T]:
    gutter = _gutter([box_of(item) for item in items]) if depth < MAX_DEPTH else None
    if gutter is None:
        bands = _bands(items, box_of) if depth < MAX_DEPTH else [items]
        if len(bands) == 1:
            return _by_rows(items, box_of)
        return [item for band in bands for item in _sort(band, box_of, depth + 1)]
    left = [item for item in items if box_of(item).left < gutter]
    right = [item for item in items if box_of(item).left >= gutter]
    return _sort(left, box_of, depth + 1) + _sort(right, box_of, depth + 1)


def _gutter(boxes: Sequence[Box]) -> float | None:
    """Return the start of a second column: no line crosses it, both sides hold prose."""
    if len(boxes) < 2 * MIN_COLUMN_LINES:
        return None
    reach = 0.0
    for count, box in enumerate(sorted(boxes, key=lambda b: b.left)):
        if box.left > reach and count >= MIN_COLUMN_LINES:
            left = [other for other in boxes if other.left < box.left]
            right = [other for other in boxes if other.left >= box.left]
            if _is_prose(left, ragged=True) and _is_prose(right, ragged=True):
                return box.left
        reach = max(reach, box.left + box.width)
    return None


def _bands(items: list[T], box_of: Callable[[T], Box]) -> list[list[T]]:
    """Split a page at the lines above and below its columns, which run over the gutter."""
    boxes = [box_of(item) for item in items]
    gutters = sorted({round(box.left, 2) for box in boxes})
    crossings = min((_crossings(boxes, at) for at in gutters), key=len, default=set())
    if not crossings or len(crossings) > MOST_CROSSINGS * len(items):
        return [items]
    bands: list[list[T]] = []
    before = None
    for item in _by_rows(items, box_of):
        crosses = box_of(item) in crossings
        if crosses != before:
            bands.append([])
        bands[-1].append(item)
        before = crosses
    return bands


def _crossings(boxes: Sequence[Box], gutter: float) -> set[Box]:
    """Return the lines that cross ``gutter``; all of them where no columns stand beside it."""
    left = [box for box in boxes if box.left + box.width <= gutter]
    right = [box for box in boxes if box.left >= gutter - 0.01]
    if not (_is_prose(left, ragged=True) and _is_prose(right, ragged=True)):
        return set(boxes)
    return set(boxes) - set(left) - set(right)


def _is_prose(boxes: Sequence[Box], *, ragged: bool = False) -> bool:
    """Tell running text by its long lines; ``ragged`` text may have many short ones between."""
    if len(boxes) < MIN_COLUMN_LINES:
        return False
    widths = sorted(box.width for box in boxes)
    width = widths[int(0.7 * len(widths))] if ragged else median(widths)
    return width > COLUMN_LINE_HEIGHTS * median(box.height for box in boxes)


def _by_rows(items: list[T], box_of: Callable[[T], Box]) -> list[T]:
    rows: list[list[T]] = []
    for item in sorted(items, key=lambda item: _middle(box_of(item))):
        box = box_of(item)
        last = box_of(rows[-1][0]) if rows else None
        if last and _middle(box) - _middle(last) < SAME_ROW * min(box.height, last.height):
            rows[-1].append(item)
        else:
            rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: box_of(item).left)]


def _middle(box: Box) -> float:
    return box.top + box.height / 2
