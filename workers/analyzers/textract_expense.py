"""Receipts and invoices as Textract's expense analysis tells them: fields and line items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gallery.types import Box, Cell, Field, Table
from workers.analyzers.textract_blocks import number_of, percent_of
from workers.analyzers.textract_pages import SOURCE

KINDS = {
    "VENDOR_NAME": "vendor",
    "INVOICE_RECEIPT_DATE": "date",
    "TOTAL": "total",
    "SUBTOTAL": "subtotal",
    "TAX": "tax",
    "INVOICE_RECEIPT_ID": "invoice_number",
    "DUE_DATE": "due_date",
}
# What only repeats, in parts, another field of the same answer.
_PARTS = {"ADDRESS", "ADDRESS_BLOCK", "STREET", "CITY", "STATE", "ZIP_CODE", "COUNTRY", "NAME"}
_COLUMNS = ("ITEM", "PRODUCT_CODE", "QUANTITY", "UNIT_PRICE", "PRICE", "OTHER")
_HEADS = {
    "ITEM": "Item",
    "PRODUCT_CODE": "Product code",
    "QUANTITY": "Quantity",
    "UNIT_PRICE": "Unit price",
    "PRICE": "Price",
    "OTHER": "Other",
}
_MAX_FIELDS, _MAX_ROWS = 300, 1_000

Raw = Mapping[str, Any]


def expense_fields(raw: Raw, page: int) -> tuple[Field, ...]:
    """The summary of every receipt in the answer, what everybody knows once each, surest first."""
    found = [_field(summary, page) for summary in _summaries(raw)]
    known = _surest(field for field in found if field.kind)
    others = [field for field in found if not field.kind and field.key]
    return (*known, *_currencies(raw, known, page), *others)[:_MAX_FIELDS]


def expense_tables(raw: Raw, page: int) -> tuple[Table, ...]:
    """The line items, each group as a table with a head."""
    groups = (group for one in _dicts(raw.get("ExpenseDocuments")) for group in _groups(one))
    tables = (_table(list(_dicts(group.get("LineItems")))[:_MAX_ROWS], page) for group in groups)
    return tuple(table for table in tables if table)


def _groups(document: Raw) -> Iterator[Raw]:
    return _dicts(document.get("LineItemGroups"))


def _summaries(raw: Raw) -> Iterator[Raw]:
    for document in _dicts(raw.get("ExpenseDocuments")):
        for summary in _dicts(document.get("SummaryFields")):
            if _type(summary) not in _PARTS and _text(summary.get("ValueDetection")):
                yield summary


def _field(summary: Raw, page: int) -> Field:
    kind = _type(summary)
    label, value = _part(summary, "LabelDetection"), _part(summary, "ValueDetection")
    key = _text(label).rstrip(" :-")
    return Field(
        key=key or ("" if kind in KINDS or kind == "OTHER" else _readable(kind)),
        value=_text(value),
        confidence=_sure(value),
        page=page,
        kind=KINDS.get(kind, ""),
        key_box=_box(label) if key else None,
        value_box=_box(value),
        source=SOURCE,
    )


def _readable(kind: str) -> str:
    """VENDOR_PHONE as Vendor phone."""
    return kind.replace("_", " ").capitalize()[:80]


def _surest(fields: Iterator[Field]) -> list[Field]:
    best: dict[str, Field] = {}
    for field in fields:
        kept = best.setdefault(field.kind, field)
        if field.confidence > kept.confidence:
            best[field.kind] = field
    return [best[kind] for kind in KINDS.values() if kind in best]


def _currencies(raw: Raw, known: Sequence[Field], page: int) -> Iterator[Field]:
    """The currency of the total, where the answer names it."""
    total = next((field for field in known if field.kind == "total"), None)
    for summary in _summaries(raw):
        currency = _part(summary, "Currency")
        code = str(currency.get("Code") or "")
        if total and code and _text(summary.get("ValueDetection")) == total.value:
            sure = _sure(currency) or total.confidence
            yield Field(
                key="",
                value=code[:3],
                confidence=sure,
                page=page,
                kind="currency",
                normalized=code[:3].upper(),
                value_box=total.value_box,
                source=SOURCE,
            )
            return


def _table(items: list[Raw], page: int) -> Table | None:
    rows = [_cells_of(item) for item in items]
    columns = [name for name in _COLUMNS if any(name in row for row in rows)]
    if not columns:
        return None
    heads = [_head(name, column, rows) for column, name in enumerate(columns, 1)]
    cells = [
        _cell(row[name], number, columns.index(name) + 1)
        for number, row in enumerate(rows, 2)
        for name in columns
        if name in row
    ]
    boxes = [cell.box for cell in cells]
    sure = sum(cell.confidence for cell in cells) / len(cells)
    return Table(page, around(boxes), (*heads, *cells), "", sure, SOURCE)


def _cells_of(item: Raw) -> dict[str, Raw]:
    cells: dict[str, Raw] = {}
    for field in _dicts(item.get("LineItemExpenseFields")):
        kind = _type(field)
        if kind in _HEADS and _text(field.get("ValueDetection")):
            cells.setdefault(kind, field)
    return cells


def _head(name: str, column: int, rows: Sequence[Mapping[str, Raw]]) -> Cell:
    """The column's title as printed, or in plain words where none is."""
    labels = (_part(row[name], "LabelDetection") for row in rows if name in row)
    label = next((one for one in labels if _text(one)), None)
    if label is None:
        return Cell(1, column, _HEADS[name], 0.0, Box(0, 0, 0, 0), header=True)
    return Cell(1, column, _text(label), _sure(label), _box(label), header=True)


def _cell(field: Raw, row: int, column: int) -> Cell:
    value = _part(field, "ValueDetection")
    return Cell(row, column, _text(value), _sure(value), _box(value))


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top).clipped()


def _type(field: Raw) -> str:
    return str(_part(field, "Type").get("Text") or "")[:40]


def _sure(detection: Raw) -> float:
    return percent_of(detection.get("Confidence"))


def _text(detection: Any) -> str:
    text = detection.get("Text") if isinstance(detection, Mapping) else ""
    return " ".join(text.split()) if isinstance(text, str) else ""


def _box(detection: Raw) -> Box:
    bounds = _part(_part(detection, "Geometry"), "BoundingBox")
    left, top, width, height = (
        number_of(bounds.get(name)) for name in ("Left", "Top", "Width", "Height")
    )
    return Box(left, top, width, height).clipped()


def _part(raw: Raw, name: str) -> Raw:
    part = raw.get(name)
    return part if isinstance(part, Mapping) else {}


def _dicts(raw: Any) -> Iterator[Raw]:
    if isinstance(raw, list):
        yield from (one for one in raw if isinstance(one, Mapping))
