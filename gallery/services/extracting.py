"""Fields and tables of receipts, invoices and forms, filed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from gallery.models import DocumentField, DocumentTable, MediaItem
from gallery.services.changes import note_change
from gallery.services.dating import settle_date
from gallery.services.reading import clean, numbers
from gallery.types import Box, Cell, Field, Table

MAX_FIELDS = 1000
MAX_TABLES = 200
MAX_CELLS = 20_000
_MAX_CELL_TEXT = 2000


@transaction.atomic
def record_fields(item: MediaItem, fields: Sequence[Field], tables: Sequence[Table]) -> None:
    """Replace what was found on the item; the search hears of it only when something changed."""
    old_fields = DocumentField.objects.filter(item=item)
    old_tables = DocumentTable.objects.filter(item=item)
    if not (fields or tables or old_fields.exists() or old_tables.exists()):
        return
    old_fields.delete()
    old_tables.delete()
    DocumentField.objects.bulk_create(
        _field(item, position, field) for position, field in enumerate(fields[:MAX_FIELDS], 1)
    )
    DocumentTable.objects.bulk_create(
        _table(item, position, table) for position, table in enumerate(tables[:MAX_TABLES], 1)
    )
    settle_date(item)
    note_change(item.owner_id, [item.pk])


def _field(item: MediaItem, position: int, field: Field) -> DocumentField:
    return DocumentField(
        item=item,
        position=position,
        page=field.page,
        kind=field.kind[:20],
        key=_line(field.key, 200),
        value=_line(field.value, 1000),
        normalized=_line(field.normalized, 40),
        confidence=round(field.confidence, 2),
        key_box=_box(field.key_box),
        value_box=_box(field.value_box),
        source=field.source[:20],
    )


def _table(item: MediaItem, position: int, table: Table) -> DocumentTable:
    rows = max((cell.row for cell in table.cells), default=0)
    columns = max((cell.column for cell in table.cells), default=0)
    return DocumentTable(
        item=item,
        position=position,
        page=table.page,
        title=_line(table.title, 200),
        confidence=round(table.confidence, 2),
        box=numbers(table.box),
        cells=[_cell(cell, rows, columns) for cell in table.cells[:MAX_CELLS]],
        source=table.source[:20],
    )


def _cell(cell: Cell, rows: int, columns: int) -> dict[str, Any]:
    """The cell; no span reaches beyond the rows and columns where cells begin."""
    return {
        "row": cell.row,
        "column": cell.column,
        "text": _line(cell.text, _MAX_CELL_TEXT),
        "confidence": round(cell.confidence, 2),
        "box": numbers(cell.box),
        "row_span": max(min(cell.row_span, rows - cell.row + 1), 1),
        "column_span": max(min(cell.column_span, columns - cell.column + 1), 1),
        "header": cell.header,
    }


def _line(text: str, longest: int) -> str:
    return " ".join(clean(text).split())[:longest]


def _box(box: Box | None) -> list[float] | None:
    return numbers(box) if box else None
