"""Fields of receipts, invoices and forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from gallery.types import Field, TextPage
from workers.reading.amounts import Amount, currency_of, marks_in
from workers.reading.dates import is_day_first
from workers.reading.findings import Finding
from workers.reading.issued import find_date, find_due_date, find_number
from workers.reading.pairs import find_pairs
from workers.reading.rows import Row, rows_of
from workers.reading.totals import Money, find_parts, find_total, money_on
from workers.reading.vendors import find_vendor

# Receipts end, and forms begin, well before this page.
MAX_PAGES = 20
MAX_FIELDS = 300
# Twenty pages, written close.
MAX_ROWS = 2_000
_BILLS = ("receipt", "invoice")
_FORMS = ("form", "invoice")


def extract_fields(pages: Sequence[TextPage], document_type: str) -> list[Field]:
    """Return the fields of a receipt, an invoice or a form, each with its places on the page.

    ``document_type`` is a DocumentType's value; other types have no fields. Of a receipt or an
    invoice come vendor, date, total and currency, and tax, subtotal, invoice_number and due_date
    where they are plain, at most one of each kind; of forms and invoices the pairs of keys and
    values. Never raises on what the pages say; looks at the first MAX_PAGES pages and MAX_ROWS
    rows.
    """
    rows = [row for page in pages[:MAX_PAGES] for row in rows_of(page)][:MAX_ROWS]
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
    currency = _currency(money, total, text)
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


def _currency(money: Money, total: Finding | None, text: str) -> Finding | None:
    """Return the currency that most amounts have, the total's first; else the one in a heading."""
    marked = [(order, one) for order, one in money.amounts if currency_of(one.mark, text)]
    codes = Counter(currency_of(one.mark, text) for _, one in marked)
    places = [
        (money.rows[order], span, currency_of(one.mark, text))
        for order, one in sorted(marked, key=lambda pair: total is None or pair[0] != total.order)
        for span in _spans(one.mark, money.rows[order].text, one)
    ]
    places.sort(key=lambda place: -codes[place[2]])
    for row, span, code in places or _headings(money.rows, text):
        return Finding(
            "currency", (), row.between(*span), row.page, 0.95, row.text[slice(*span)], code
        )
    return None


def _spans(mark: str, text: str, amount: Amount) -> list[tuple[int, int]]:
    start = text.find(mark, amount.start, amount.end)
    return [(start, start + len(mark))] if start >= 0 else []


def _headings(rows: Sequence[Row], text: str) -> Iterator[tuple[Row, tuple[int, int], str]]:
    for row in rows:
        for match in marks_in(row.text):
            if code := currency_of(match[0], text):
                yield row, match.span(), code


def _unlike(pairs: Iterable[Finding], known: Sequence[Finding]) -> list[Finding]:
    """Return the pairs whose value is not a field already."""
    taken = {token for one in known if one.kind != "currency" for token in one.value}
    return [pair for pair in pairs if not taken.intersection(pair.value)]
