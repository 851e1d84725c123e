"""What is printed on a receipt, an invoice or a form, as it is searched."""

from __future__ import annotations

import re
from decimal import Decimal

from gallery.currencies import CODES
from gallery.models import DocumentField, MediaItem
from search.rows import ItemRow, PrintedRow
from search.types import Range

_AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")


def printed_field(field: DocumentField | PrintedRow) -> str:
    """Return a field as it is searched: its standard name, what is printed, and the value."""
    kind = field.kind.replace("_", " ")
    is_said = kind.casefold() in field.key.casefold()
    return " ".join(part for part in ("" if is_said else kind, field.key, field.value) if part)


def currency_of(item: MediaItem | ItemRow) -> str:
    """Return the lower-case code of a receipt's or invoice's currency; empty if unknown."""
    for field in item.document_fields.all():
        if field.kind == "currency" and field.normalized in CODES:
            return field.normalized.lower()
    return ""


def total_cents(item: MediaItem | ItemRow) -> int | None:
    """Return the total of a receipt or invoice in hundredths; None where none was read."""
    for field in item.document_fields.all():
        if field.kind == "total" and _AMOUNT.fullmatch(field.normalized):
            return int(Decimal(field.normalized) * 100)
    return None


def holds_total(total: Range, item: MediaItem) -> bool:
    """True when the item's total is within, and in one of the currencies that were asked for."""
    is_other = total.currencies and currency_of(item) not in total.currencies
    return not is_other and total.holds(total_cents(item))
