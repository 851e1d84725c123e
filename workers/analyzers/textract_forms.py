"""Keys with their values and tables with their cells, out of Textract's document analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from trp import Document, SelectionElement

from gallery.types import Cell, Field, Table
from workers.analyzers.textract_pages import SOURCE, box_of

TICKED, EMPTY = "☑", "☐"
_HEADER = "COLUMN_HEADER"


def fields_of(document: Document, numbers: list[int]) -> tuple[Field, ...]:
    """The forms' keys and values, page by page; of boxes to tick the value is ☑ or ☐."""
    return tuple(
        _field(field, number)
        for page, number in zip(document.pages, numbers, strict=True)
        for field in page.form.fields
        if field.key.text.strip()
    )


def tables_of(document: Document, numbers: list[int]) -> tuple[Table, ...]:
    """The tables, page by page."""
    return tuple(
        _table(document, table, number)
        for page, number in zip(document.pages, numbers, strict=True)
        for table in page.tables
        if table.rows
    )


def _field(field: Any, page: int) -> Field:
    value = field.value
    sure = min(field.key.confidence, value.confidence) if value else field.key.confidence
    return Field(
        key=" ".join(field.key.text.split()).rstrip(" :"),
        value=_words(value) if value else "",
        confidence=sure,
        page=page,
        key_box=box_of(field.key),
        value_box=box_of(value) if value else None,
        source=SOURCE,
    )


def _words(block: Any) -> str:
    marks = (_mark(one) if isinstance(one, SelectionElement) else one.text for one in block.content)
    return " ".join(" ".join(marks).split())


def _mark(element: SelectionElement) -> str:
    return TICKED if element.selectionStatus == "SELECTED" else EMPTY


def _table(document: Document, table: Any, page: int) -> Table:
    cells = [cell for row in table.rows for cell in row.cells]
    merged = {one: whole for whole in table.merged_cells for one in _children(whole.block)}
    parts: dict[str, list[Any]] = {}
    for cell in cells:
        if cell.id in merged:
            parts.setdefault(merged[cell.id].id, []).append(cell)
    wholes = (_merged(whole, parts.get(whole.id, [])) for whole in table.merged_cells)
    plain = (_cell(cell) for cell in cells if cell.id not in merged)
    ordered = sorted(chain(plain, wholes), key=lambda cell: (cell.row, cell.column))
    return Table(
        page=page,
        box=box_of(table),
        cells=tuple(ordered),
        title=_title(document, table.block),
        confidence=table.confidence,
        source=SOURCE,
    )


def _cell(cell: Any) -> Cell:
    return Cell(
        row=cell.rowIndex,
        column=cell.columnIndex,
        text=_words(cell),
        confidence=cell.confidence,
        box=box_of(cell),
        header=_HEADER in cell.entityTypes,
    )


def _merged(whole: Any, parts: list[Any]) -> Cell:
    return Cell(
        row=whole.rowIndex,
        column=whole.columnIndex,
        text=" ".join(text for part in parts if (text := _words(part))),
        confidence=whole.confidence,
        box=box_of(whole),
        row_span=whole.rowSpan,
        column_span=whole.columnSpan,
        header=any(_HEADER in one.entityTypes for one in (whole, *parts)),
    )


def _title(document: Document, table: Mapping[str, Any]) -> str:
    titles = (document.getBlockById(one) for one in _related(table, "TABLE_TITLE"))
    words = (document.getBlockById(one)["Text"] for title in titles for one in _children(title))
    return " ".join(words)


def _children(block: Mapping[str, Any]) -> Iterator[str]:
    return _related(block, "CHILD")


def _related(block: Mapping[str, Any], kind: str) -> Iterator[str]:
    for relation in block["Relationships"]:
        if relation["Type"] == kind:
            yield from relation["Ids"]
