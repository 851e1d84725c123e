"""Grids of cells, from the lines that are drawn on a page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gallery.types import Box

# Lines nearer than this are one; lines that end this short of another meet it; ratios of the page.
NEAR = 0.006
MAX_LINES = 600
MAX_ROWS, MAX_COLUMNS = 200, 60
# A line parts two cells when it runs along this share of their common side.
_PARTS = 0.6
_MIN_SIDE = 0.004


@dataclass(frozen=True, slots=True)
class Region:
    """A cell of a grid: where it begins, counted from 0, and over how much it spans."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """``ys`` and ``xs`` are the places of the lines; ``regions`` fill all between them."""

    ys: Sequence[float]
    xs: Sequence[float]
    regions: Sequence[Region]
    _at: dict[tuple[int, int], Region] = field(default_factory=dict)

    def at(self, x: float, y: float) -> Region | None:
        """Return the cell at a point of the page."""
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        return self._at.get((row, column))

    def box(self, region: Region) -> Box:
        """Return the cell's place."""
        left, top = self.xs[region.column], self.ys[region.row]
        right = self.xs[region.column + region.columns]
        return Box(left, top, right - left, self.ys[region.row + region.rows] - top)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line at ``place`` across, from ``start`` to ``end`` along."""

    place: float
    start: float
    end: float


def grids_of(horizontal: Sequence[Box], vertical: Sequence[Box]) -> list[Grid]:
    """Return the grids with two rows and two columns at least, from top to bottom."""
    rows = [_Line(b.top + b.height / 2, b.left, b.left + b.width) for b in horizontal[:MAX_LINES]]
    columns = [_Line(b.left + b.width / 2, b.top, b.top + b.height) for b in vertical[:MAX_LINES]]
    found = [_grid(*group) for group in _meeting(rows, columns)]
    grids = [grid for grid in found if grid is not None]
    return sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _meeting(
    rows: Sequence[_Line], columns: Sequence[_Line]
) -> list[tuple[list[_Line], list[_Line]]]:
    """Group the lines that meet one another."""
    left_rows, left_columns = list(rows), list(columns)
    groups: list[tuple[list[_Line], list[_Line]]] = []
    while left_rows:
        group: tuple[list[_Line], list[_Line]] = ([left_rows.pop()], [])
        reached = 0
        while reached < len(group[0]) + len(group[1]):
            reached = len(group[0]) + len(group[1])
            _take(left_columns, group[1], group[0])
            _take(left_rows, group[0], group[1])
        groups.append(group)
    return groups


def _take(pool: list[_Line], into: list[_Line], near: Sequence[_Line]) -> None:
    """Move the lines that meet any of the others across."""
    met = [any(_meet(one, other) for other in near) for one in pool]
    into += [one for one, taken in zip(pool, met, strict=True) if taken]
    pool[:] = [one for one, taken in zip(pool, met, strict=True) if not taken]


def _meet(one: _Line, other: _Line) -> bool:
    return (
        one.start - NEAR <= other.place <= one.end + NEAR
        and other.start - NEAR <= one.place <= other.end + NEAR
    )


def _grid(rows: Sequence[_Line], columns: Sequence[_Line]) -> Grid | None:
    ys = _places(rows, columns)
    xs = _places(columns, rows)
    if not (3 <= len(ys) <= MAX_ROWS + 1 and 3 <= len(xs) <= MAX_COLUMNS + 1):
        return None
    regions, at = _regions(ys, xs, rows, columns)
    several_rows = len({region.row for region in regions}) > 1
    several_columns = len({region.column for region in regions}) > 1
    return Grid(ys, xs, regions, at) if several_rows and several_columns else None


def _places(lines: Sequence[_Line], across: Sequence[_Line]) -> list[float]:
    """Return where the lines lie, and the outer edges that are not drawn."""
    places = sorted(line.place for line in lines)
    if across:
        places = sorted(
            [*places, *_edges(places, [one.start for one in across], [one.end for one in across])]
        )
    groups: list[list[float]] = []
    for place in places:
        if groups and place - groups[-1][-1] <= NEAR:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [sum(group) / len(group) for group in groups]


def _edges(places: Sequence[float], starts: Sequence[float], ends: Sequence[float]) -> list[float]:
    """Return the ends of the lines across where they reach beyond the outermost lines."""
    first, last = min(starts), max(ends)
    edges = []
    if not places or first < places[0] - 2 * NEAR:
        edges.append(first)
    if not places or last > places[-1] + 2 * NEAR:
        edges.append(last)
    return edges


def _regions(
    ys: Sequence[float], xs: Sequence[float], rows: Sequence[_Line], columns: Sequence[_Line]
) -> tuple[list[Region], dict[tuple[int, int], Region]]:
    """Join the cells that no line parts, as far as they make rectangles."""
    beside = [_near(columns, x) for x in xs[1:]]
    under = [_near(rows, y) for y in ys[1:]]
    walls = [[_is_drawn(near, *side) for near in beside] for side in pairwise(ys)]
    floors = [[_is_drawn(near, *side) for side in pairwise(xs)] for near in under]
    regions: list[Region] = []
    at: dict[tuple[int, int], Region] = {}
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) not in at:
                region = _grown(row, column, walls, floors, at)
                regions.append(region)
                at.update(dict.fromkeys(_cells(region), region))
    return regions, at


def _grown(
    row: int,
    column: int,
    walls: Sequence[Sequence[bool]],
    floors: Sequence[Sequence[bool]],
    taken: dict[tuple[int, int], Region],
) -> Region:
    """Return the largest cell that begins here: to the right as far as open, then down."""
    end = column + 1
    while end < len(walls[0]) and not walls[row][end - 1] and (row, end) not in taken:
        end += 1
    bottom = row + 1
    while bottom < len(floors) and not any(floors[bottom - 1][column:end]):
        if any(walls[bottom][column : end - 1]):
            break
        bottom += 1
    return Region(row, column, bottom - row, end - column)


def _cells(region: Region) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row in range(region.row, region.row + region.rows)
        for column in range(region.column, region.column + region.columns)
    ]


def _near(lines: Sequence[_Line], place: float) -> list[_Line]:
    return [line for line in lines if abs(line.place - place) <= NEAR]


def _is_drawn(lines: Sequence[_Line], start: float, end: float) -> bool:
    """Tell whether lines run along this side of a cell."""
    covered = sum(max(min(line.end, end) - max(line.start, start), 0.0) for line in lines)
    return covered >= _PARTS * (end - start)
