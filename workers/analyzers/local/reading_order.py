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
MAX_DEPTH = 6


def in_reading_order(items: Sequence[T], box_of: Callable[[T], Box]) -> list[T]:
    """Return the items sorted: column by column, top to bottom, left to right."""
    return _sort(list(items), box_of, 0)


def _sort(items: list[T], box_of: Callable[[T], Box], depth: int) -> list[T]:
    gutter = _gutter([box_of(item) for item in items]) if depth < MAX_DEPTH else None
    if gutter is None:
        return _by_rows(items, box_of)
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
            if _is_prose(left) and _is_prose(right):
                return box.left
        reach = max(reach, box.left + box.width)
    return None


def _is_prose(boxes: Sequence[Box]) -> bool:
    if len(boxes) < MIN_COLUMN_LINES:
        return False
    return median(b.width for b in boxes) > COLUMN_LINE_HEIGHTS * median(b.height for b in boxes)


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
