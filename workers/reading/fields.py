"""Fields of receipts, invoices and forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gallery.types import Field, TextPage
from workers.reading.amounts import currency_of, marks_in
from workers.reading.dates import is_day_first
from workers.reading.findings import Finding
from workers.reading.issued import find_date, find_due_date, find_number
from workers.reading.pairs import find_pairs
from workers.reading.rows import Row, rows_of
from workers.reading.totals import find_parts, find_total, money_on
from workers.reading.vendors import find_vendor

# Receipts end, and forms begin, well before this page.
MAX_PAGES = 20
MAX_FIELDS = 300
_BILLS = ("receipt", "invoice")
_FORMS = ("form", "invoice")


def extract_fields(pages: Sequence[TextPage], document_type: str) -> list[Field]:
    """Return the fields of a receipt, an invoice or a form, each with its places on the page.

    ``document_type`` is a DocumentType's value; other types have no fields. Of a receipt or an
    invoice come vendor, date, total and currency, and tax, subtotal, invoice_number and due_date
    where they are plain, at most one of each kind; of forms and invoices the pairs of keys and
    values. Never raises on what the pages say; looks at the first MAX_PAGES pages.
    """
    rows = [row for page in pages[:MAX_PAGES] for row in rows_of(page)]
    found: list[Finding] = []
    if document_type in _BILLS:
        found += _bill(rows)
    if document_type in _FORMS:
        found += _unlike(find_pairs(rows), found)
    return [finding.as_field() for finding in found[:MAX_FIELDS]]


def _bill(rows: Sequence[Row]) -> list[Finding]:
    text = "\n".join(row.text for row in rows)
    money = money_on(rows)
    total = find_total(money)
    currency = _currency(rows, total, text)
    dollars = currency is not None and currency.normalized == "USD"
    day_first = is_day_first((row.text for row in rows), dollars=dollars)
    amount = total.amount if total else None
    found = [
        find_vendor(rows),
        find_date(rows, day_first=day_first),
        total,
        currency,
        *find_parts(money, amount),
        find_number(rows),
        find_due_date(rows, day_first=day_first),
    ]
    return [one for one in found if one is not None]


def _currency(rows: Sequence[Row], total: Finding | None, text: str) -> Finding | None:
    """Return the currency that stands nearest to the total."""
    near = total.order if total else 0
    for order in sorted(range(len(rows)), key=lambda order: abs(order - near)):
        row = rows[order]
        for match in marks_in(row.text):
            code = currency_of(match[0], text)
            if code:
                tokens = row.between(*match.span())
                return Finding("currency", (), tokens, row.page, 0.95, match[0], code, order)
    return None


def _unlike(pairs: Iterable[Finding], known: Sequence[Finding]) -> list[Finding]:
    """Return the pairs whose value is not a field already."""
    taken = {token for one in known if one.kind != "currency" for token in one.value}
    return [pair for pair in pairs if not taken.intersection(pair.value)]
