"""Tables: words put into the cells that ruling lines make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from gallery.types import Box, Cell, Rulings, Table, TextPage
from workers.reading.amounts import amounts_in
from workers.reading.findings import SOURCE
from workers.reading.grids import Grid, Region, grids_of
from workers.reading.rows import Token, around, join, rows_of, turned

MAX_PAGES = 100
MAX_TABLES = 200
MAX_CELL_WORDS = 400
_MAX_CELL_TEXT = 2_000
_CERTAINTY = 0.95
_MIN_FILLED = 3


def extract_tables(pages: Sequence[TextPage], rulings: Sequence[Rulings] = ()) -> list[Table]:
    """Return the ruled tables of the pages: those with two rows and two columns at least.

    ``rulings`` are the lines drawn on the pages' pictures, as ``MediaTools.rulings`` finds them,
    in any order; pages without lines have no tables. Boxes are ratios of the picture as it was
    given. Looks at the first MAX_PAGES pages and returns at most MAX_TABLES tables.
    """
    lines = {one.number: one for one in rulings}
    tables: list[Table] = []
    for page in pages[:MAX_PAGES]:
        if page.number in lines:
            tables += _tables(page, lines[page.number])
    return tables[:MAX_TABLES]


def _tables(page: TextPage, rulings: Rulings) -> list[Table]:
    turn = page.rotation % 360
    flat, upright = rulings.horizontal, rulings.vertical
    if turn in (90, 270):
        flat, upright = upright, flat
    grids = grids_of([turned(box, turn) for box in flat], [turned(box, turn) for box in upright])
    tokens = [token for row in rows_of(page) for token in row.tokens]
    placed = [(token, _place(token, rulings, turn)) for token in tokens]
    found = (_table(page, grid, placed, rulings) for grid in grids)
    return [table for table in found if table is not None]


def _place(token: Token, rulings: Rulings, turn: int) -> tuple[float, float]:
    """Return the middle of a word on the page made straight and turned to be read."""
    x = token.shown.left + token.shown.width / 2
    y = token.shown.top + token.shown.height / 2
    point = Box(x - rulings.lean * y, y - rulings.fall * x, 0.0, 0.0)
    there = turned(point, turn)
    return there.left, there.top


def _table(
    page: TextPage,
    grid: Grid,
    placed: Iterable[tuple[Token, tuple[float, float]]],
    rulings: Rulings,
) -> Table | None:
    words: dict[Region, list[Token]] = {region: [] for region in grid.regions}
    for token, (x, y) in placed:
        region = grid.at(x, y)
        if region is not None and len(words[region]) < MAX_CELL_WORDS:
            words[region].append(token)
    if sum(bool(tokens) for tokens in words.values()) < _MIN_FILLED:
        return None
    header = _has_header(words)
    cells = tuple(
        _cell(region, tokens, _shown(grid.box(region), rulings, page.rotation), header=header)
        for region, tokens in words.items()
    )
    sure = fmean(cell.confidence for cell in cells if cell.text) * _CERTAINTY
    box = around(cell.box for cell in cells)
    return Table(page.number, box, cells, confidence=round(sure, 1), source=SOURCE)


def _cell(region: Region, tokens: Sequence[Token], box: Box, *, header: bool) -> Cell:
    return Cell(
        row=region.row + 1,
        column=region.column + 1,
        text=join(tokens)[:_MAX_CELL_TEXT],
        confidence=round(fmean(token.confidence for token in tokens), 1) if tokens else 0.0,
        box=box,
        row_span=region.rows,
        column_span=region.columns,
        header=header and region.row == 0,
    )


def _has_header(words: Mapping[Region, Sequence[Token]]) -> bool:
    """True when the first row has words alone, and a row below has numbers."""
    first = [join(tokens) for region, tokens in words.items() if region.row == 0 and tokens]
    rest = [join(tokens) for region, tokens in words.items() if region.row > 0]
    return (
        len(first) >= 2
        and not any(_is_number(text) for text in first)
        and any(_is_number(text) for text in rest)
    )


def _is_number(text: str) -> bool:
    digits = sum(one.isdigit() for one in text)
    return bool(amounts_in(text)) or digits * 2 > len(text.replace(" ", ""))


def _shown(box: Box, rulings: Rulings, rotation: int) -> Box:
    """Return the place of a cell on the picture as it was given."""
    given = turned(box, 360 - rotation % 360)
    x, y = given.left + given.width / 2, given.top + given.height / 2
    return Box(
        given.left + rulings.lean * y, given.top + rulings.fall * x, given.width, given.height
    ).clipped()
