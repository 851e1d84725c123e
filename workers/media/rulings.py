"""Find the straight lines that are drawn on a page's picture: the ruling of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.sniff import FileType
from gallery.types import Box, Rulings
from workers.media.limits import Limits
from workers.media.pictures import picture_source, shrink

Mask = NDArray[np.bool_]
# The picture is looked at with a long side of this many pixels.
SIDE = 2048
MAX_LINES = 600
_MAX_RUNS = 20_000
# A line differs from what is around it by this many of 255 shades.
_CONTRAST = 16
_BLUR = 5.0
# Shorter strokes belong to letters; shares of the picture's long side.
_SHORTEST_ROW, _SHORTEST_COLUMN = 0.03, 0.02
_THICKEST = 0.006
# Lines aslant are made of steps; a step this much longer than thick is a line's.
_GAP = 2
_MIN_SLANTED = 0.15
# Between text this much ink lies above and below; along a line there is little.
_MOST_NEIGHBORS = 0.3


@dataclass(frozen=True, slots=True)
class _Line:
    """Runs of ink in neighboring rows: parallel arrays of row, first and one past the last."""

    y: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @property
    def length(self) -> int:
        return int(self.end.max() - self.start.min())

    def slope(self) -> float:
        """Return how many rows it falls for each column."""
        margin = self.length / 10
        first = self.y[self.start <= self.start.min() + margin].mean()
        last = self.y[self.end >= self.end.max() - margin].mean()
        return float(last - first) / self.length


def find_rulings(path: Path, file_type: FileType, number: int, limits: Limits) -> Rulings:
    """Return the lines of page ``number``, whose picture is at ``path``; raises MediaError."""
    ink = _ink(shrink(picture_source(path, file_type), SIDE, max_pixels=limits.max_pixels))
    height, width = ink.shape
    longest = max(height, width)
    rows = _lines(ink, round(_SHORTEST_ROW * longest), longest)
    columns = _lines(np.ascontiguousarray(ink.T), round(_SHORTEST_COLUMN * longest), longest)
    fall, lean = _slant(rows, width), _slant(columns, height)
    flat = [_box(line, fall, lean, (width, height)) for line in rows]
    upright = [_box(line, lean, fall, (height, width)) for line in columns]
    return Rulings(
        number=number,
        horizontal=tuple(box for box in flat if box is not None),
        vertical=tuple(_mirrored(box) for box in upright if box is not None),
        fall=round(fall * width / height, 6),
        lean=round(lean * height / width, 6),
    )


def _ink(picture: Any) -> Mask:
    """Return what is darker than its surroundings."""
    gray = picture.colourspace("b-w")[0]
    around = gray.gaussblur(_BLUR)
    darker = (around.cast("short") - gray.cast("short")) > _CONTRAST
    return np.asarray(darker.numpy()) > 0


def _lines(ink: Mask, shortest: int, longest: int) -> list[_Line]:
    """Return the horizontal lines of a mask, the longest first."""
    y, start, end = _runs(ink, shortest)
    lines = [_Line(y[group], start[group], end[group]) for group in _touching(y, start, end)]
    kept = [line for line in lines if _is_alone(ink, line, round(_THICKEST * longest))]
    return sorted(kept, key=lambda line: -line.length)[:MAX_LINES]


def _runs(ink: Mask, shortest: int) -> tuple[NDArray[np.int64], ...]:
    """Return row, start and end of the stretches of ink, small gaps closed."""
    closed = ink.copy()
    for gap in range(1, _GAP):
        closed[:, gap:-1] |= ink[:, : -gap - 1] & ink[:, gap + 1 :]
    padded = np.pad(closed, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(padded, axis=1)
    y, start = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    keep = end - start >= shortest
    y, start, end = y[keep], start[keep], end[keep]
    if len(y) > _MAX_RUNS:
        longest = np.sort(np.argsort(start - end)[:_MAX_RUNS])
        y, start, end = y[longest], start[longest], end[longest]
    return y, start, end


def _touching(
    y: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> list[list[int]]:
    """Group the runs that touch one another in neighboring rows."""
    parent = list(range(len(y)))
    firsts = np.searchsorted(y, np.arange(int(y.max()) + 3)) if len(y) else np.zeros(1, np.int64)
    for one in range(len(y)):
        for other in range(int(firsts[y[one] + 1]), int(firsts[y[one] + 2])):
            if start[other] <= end[one] + _GAP and end[other] + _GAP >= start[one]:
                parent[_root(parent, other)] = _root(parent, one)
    groups: dict[int, list[int]] = {}
    for one in range(len(y)):
        groups.setdefault(_root(parent, one), []).append(one)
    return list(groups.values())


def _root(parent: list[int], one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one


def _is_alone(ink: Mask, line: _Line, thickest: int) -> bool:
    """Tell a line from the foot of letters and from the edge of a filled shape."""
    thickness = float((line.end - line.start).sum()) / line.length
    if thickness > thickest:
        return False
    away = round(thickness) + 2
    return max(_share(ink, line, -away), _share(ink, line, away)) <= _MOST_NEIGHBORS


def _share(ink: Mask, line: _Line, offset: int) -> float:
    """Return how much ink there is beside the longest run of the line."""
    run = int((line.end - line.start).argmax())
    y = int(line.y[run]) + offset
    if not 0 <= y < ink.shape[0]:
        return 0.0
    return float(ink[y, line.start[run] : line.end[run]].mean())


def _slant(lines: Sequence[_Line], width: int) -> float:
    """Return the slope of the long lines in rows a column."""
    long = [line.slope() for line in lines if line.length >= _MIN_SLANTED * width]
    return median(long) if long else 0.0


def _box(line: _Line, slope: float, across: float, size: tuple[int, int]) -> Box | None:
    """Return the line straightened, as ratios; None for what is no straight line then.

    ``slope`` is that of the lines along it, ``across`` that of the others.
    """
    width, height = size
    flat = line.y - slope * (line.start + line.end) / 2
    top, bottom = float(flat.min()), float(flat.max()) + 1
    if bottom - top > 3 * _THICKEST * max(size):
        return None
    left = float((line.start - across * line.y).min())
    right = float((line.end - across * line.y).max())
    return Box(left / width, top / height, (right - left) / width, (bottom - top) / height)


def _mirrored(box: Box) -> Box:
    return Box(box.top, box.left, box.height, box.width)
