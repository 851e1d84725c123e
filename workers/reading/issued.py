"""When a receipt or an invoice was issued, when it is due, and its number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.reading.dates import CLOCK, FoundDate, dates_in
from workers.reading.findings import Finding, above, below
from workers.reading.rows import Row, Token, join

_DATE = re.compile(
    r"(?<![^\W\d_])(?:date|dated|dat[ae]|datum|fecha|tarikh|issued(?: on)?|rechnungsdatum|le)\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:due(?: date)?|payable by|payment date|"
    r"f[aä]llig\w*|zahlbar bis|[eé]ch[eé]ance|vencimiento)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:exp\w*|valid\w*|birth|born|since|effective|deliver\w*|return|closed?|member\w*|w\.?e\.?f|"
    r"due|f[aä]llig\w*|[eé]ch[eé]ance|vencimiento|order date|print\w*|until|from|before)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![^\W\d_])(?:(?:tax\s*)?(?:invoice|invoi[cs]e|involce|inv|receipt|bill|document|doc|slip|ticket|"
    r"rechnungs?|beleg|facture|factura|recibo|bon)[\s.\-]*(?:no|n[uú]m(?:ber|mer|ero|éro)?|nr|n[°º]|id|#|"
    r"nummer)|invoice)\s*[.:#]*\s*[:\-]?\s*",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\(?\[?(?P<value>(?:[A-Z]{1,4}\s)?[A-Za-z]*[\w\-/.]*\d[\w\-/]*)\]?\)?")


def find_date(rows: Sequence[Row], *, day_first: bool) -> Finding | None:
    """Return the date of issue: the one beside the word, else the first with a clock, or first."""
    found = [one for one in _dates(rows, day_first=day_first) if one.kind == "date"]
    return max(found, key=lambda one: (one.certainty, -one.order)) if found else None


def find_due_date(rows: Sequence[Row], *, day_first: bool) -> Finding | None:
    """Return the last day to pay, where it is named."""
    return next((one for one in _dates(rows, day_first=day_first) if one.kind == "due_date"), None)


def find_number(rows: Sequence[Row]) -> Finding | None:
    """Return the number of the invoice or receipt, where it is named."""
    for order, row in enumerate(rows):
        for match in _NUMBER.finditer(row.text):
            where, start = row, match.end()
            value = _REFERENCE.match(row.text, start)
            if value is None and not row.text[start:].strip():
                under = below(rows, order, row.between(*match.span()), 1)
                where, value = (under, _REFERENCE.match(under.text)) if under else (row, None)
            if value and len(value["value"]) >= 2 and not dates_in(value[0]):
                key = row.between(match.start(), match.end())
                return Finding(
                    kind="invoice_number",
                    key=tuple(t for t in key if t not in where.between(*value.span("value"))),
                    value=where.between(*value.span("value")),
                    page=where.page,
                    certainty=0.85,
                    text=value["value"],
                    order=order,
                )
    return None


def _dates(rows: Sequence[Row], *, day_first: bool) -> Iterator[Finding]:
    for order, row in enumerate(rows):
        for found in dates_in(row.text, day_first=day_first):
            yield _judged(rows, order, found)


def _judged(rows: Sequence[Row], order: int, found: FoundDate) -> Finding:
    """Say whose date it is by what stands before it, or above it in its column."""
    row = rows[order]
    value = row.between(found.start, found.end)
    key, text = _words_before(row, found.start)
    if not key:
        head = above(rows, order, value)
        key, text = head, join(head)
    kind = "due_date" if _DUE.search(text) else "date"
    named = kind == "due_date" or bool(_DATE.search(text))
    certainty = 0.95 if named else 0.78
    certainty += 0.02 if CLOCK.match(row.text[found.end :]) else 0.0
    certainty -= 0.05 if found.unsure else 0.0
    if kind == "date" and _OTHER.search(text):
        certainty = 0.3
    printed = row.text[found.start : found.end]
    shown = key if named else ()
    day = found.day.isoformat()
    return Finding(kind, shown, value, row.page, certainty, printed, day, order)


def _words_before(row: Row, end: int) -> tuple[tuple[Token, ...], str]:
    """Return the last words before a value that speak of dates, and all that they say."""
    named = [*_DATE.finditer(row.text, 0, end), *_DUE.finditer(row.text, 0, end)]
    others = list(_OTHER.finditer(row.text, 0, end))
    if not named and not others:
        return (), ""
    last = max([*named, *others], key=lambda match: match.end())
    start = max((row.text.rfind("  ", 0, last.start()) + 1, 0))
    return row.between(start, last.end()), row.text[start : last.end()]
