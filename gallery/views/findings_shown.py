"""Fields and tables as the item page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gallery.models import DocumentField, DocumentTable, MediaItem

KIND_NAMES = {
    "vendor": "Vendor",
    "date": "Date",
    "total": "Total",
    "currency": "Currency",
    "subtotal": "Subtotal",
    "tax": "Tax",
    "invoice_number": "Number",
    "due_date": "Due",
}
MAX_FIELDS = 300
MAX_TABLES = 20
_MAX_ROWS, _MAX_COLUMNS = 200, 40
_UNSURE = 60.0


@dataclass(frozen=True, slots=True)
class ShownField:
    """A key and its value; ``boxes`` are where the two stand on their page."""

    id: int
    page: int
    name: str
    printed: str
    value: str
    normalized: str
    unsure: bool
    boxes: list[list[float]]


@dataclass(frozen=True, slots=True)
class ShownCell:
    text: str
    header: bool
    row_span: int
    column_span: int


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table's rows; ``rest`` is how many more there are than are shown."""

    number: int
    page: int
    title: str
    rows: list[list[ShownCell]]
    rest: int


@dataclass(frozen=True, slots=True)
class FindingsShown:
    """What the item says in keys and values, what everybody knows first."""

    known: list[ShownField]
    pairs: list[ShownField]
    tables: list[ShownTable]
    more_tables: int

    def __bool__(self) -> bool:
        return bool(self.known or self.pairs or self.tables)

    @property
    def boxes_by_page(self) -> Mapping[int, list[ShownField]]:
        """The fields that can be pointed at, by their page."""
        found: dict[int, list[ShownField]] = {}
        for field in (*self.known, *self.pairs):
            if field.boxes:
                found.setdefault(field.page, []).append(field)
        return found


def findings_shown(item: MediaItem) -> FindingsShown:
    """Read the item's fields and tables, as many as a page can show."""
    fields = list(item.document_fields.order_by("position")[:MAX_FIELDS])
    tables = list(item.document_tables.order_by("position")[: MAX_TABLES + 1])
    order = list(KIND_NAMES)
    known = sorted(
        (field for field in fields if field.kind in KIND_NAMES),
        key=lambda field: (order.index(field.kind), field.position),
    )
    return FindingsShown(
        known=[_field(field) for field in known],
        pairs=[_field(field) for field in fields if field.kind not in KIND_NAMES],
        tables=[_table(table) for table in tables[:MAX_TABLES]],
        more_tables=len(tables) - len(tables[:MAX_TABLES]),
    )


def _field(field: DocumentField) -> ShownField:
    name = KIND_NAMES.get(field.kind, "")
    return ShownField(
        id=field.pk,
        page=field.page,
        name=name or field.key or field.kind,
        printed=field.key if name and field.key.casefold() != name.casefold() else "",
        value=field.value,
        normalized=field.normalized if field.kind in ("date", "due_date", "currency") else "",
        unsure=field.confidence < _UNSURE,
        boxes=[box for box in (field.key_box, field.value_box) if box],
    )


def _table(table: DocumentTable) -> ShownTable:
    rows = table.rows()
    shown = [row[:_MAX_COLUMNS] for row in rows[:_MAX_ROWS]]
    return ShownTable(
        number=table.position,
        page=table.page,
        title=table.title,
        rows=list(_laid(shown)),
        rest=len(rows) - len(shown),
    )


def _laid(rows: Sequence[Sequence[Any]]) -> Iterator[list[ShownCell]]:
    """Cells for the page: gaps are filled, what a wider or higher cell covers is left out."""
    covered: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        laid = []
        for x, cell in enumerate(row):
            if (y, x) in covered:
                continue
            shown = _cell(cell, len(rows) - y, len(row) - x)
            covered |= {
                (y + down, x + across)
                for down in range(shown.row_span)
                for across in range(shown.column_span)
            }
            laid.append(shown)
        yield laid


def _cell(cell: Mapping[str, Any] | None, rows: int, columns: int) -> ShownCell:
    if cell is None:
        return ShownCell("", header=False, row_span=1, column_span=1)
    return ShownCell(
        text=cell["text"],
        header=bool(cell["header"]),
        row_span=min(cell["row_span"], rows),
        column_span=min(cell["column_span"], columns),
    )
