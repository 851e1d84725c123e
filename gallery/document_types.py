"""What a page is, told from its text: a receipt, an invoice, a form, a letter, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gallery.models import DocumentType, Kind

Line = tuple[str, tuple[float, ...]]

_AMOUNT = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:[.,']\d{3}){1,2}|\d{1,6})[.,]\d{2}(?![\d])")
_BLANKS = re.compile(r"_{3,}|\.{6,}")
_FORM_LABEL = re.compile(r"^[^:]{2,40}:\s*$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_RECEIPT_WORDS = re.compile(
    r"\b(receipt|total|sub\s?total|cash|change|visa|mastercard|debit|gst|vat|rounding|cashier|"
    r"tunai|jumlah|quittung|kasse|summe|ticket de caisse|recibo|scontrino|qty)\b",
    re.IGNORECASE,
)
_INVOICE_WORDS = re.compile(
    r"\b(invoice|rechnung(?:s\w+)?|facture|factura|fattura)\b.{0,400}?"
    r"\b(due|bill|billed|amount|total|number|no|date|nr|payment|datum|betrag|gesamtbetrag|"
    r"montant|ttc|fecha|importe|totale)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAX_INVOICE = re.compile(r"\b(tax invoice|cash bill|simplified tax)\b", re.IGNORECASE)
_FORM_WORDS = re.compile(
    r"\b(date of birth|signature|applicant|application|first name|last name|full name|"
    r"please print|check one|form no|phone number|home address|mailing address)\b",
    re.IGNORECASE,
)
_LETTER_WORDS = re.compile(
    r"^\s*(dear|hello|hi|sehr geehrte|liebe[rs]?|madame|monsieur)\b.{0,4000}"
    r"\b(sincerely|regards|yours|gr(ü|u)(ß|ss)en?|cordialement)\b",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of the first pages: lines as (text, box), boxes as ratios 0-1."""

    kind: str
    file_name: str
    pages: tuple[tuple[Line, ...], ...]


def document_type_of(facts: PageFacts) -> str:
    """Return a DocumentType value, or "" for what is no page at all."""
    if facts.kind == Kind.VIDEO:
        return ""
    lines = [line for page in facts.pages for line in page]
    if re.match(r"screen[ _-]?shot|bildschirmfoto|scr[_-]\d", facts.file_name, re.IGNORECASE):
        return DocumentType.SCREENSHOT
    if facts.kind == Kind.PHOTO and not _fills_a_page(facts.pages):
        return ""
    return _by_text("\n".join(text for text, _ in lines)[:20_000])


def _fills_a_page(pages: tuple[tuple[Line, ...], ...]) -> bool:
    """True when text is what the picture is of, not something that stands on a wall in it."""
    if not pages:
        return False
    lines = pages[0]
    words = sum(len(_WORD.findall(text)) for text, _ in lines)
    height = sum(box[3] for _, box in lines)
    return words >= 15 and (height >= 0.3 or (len(lines) >= 8 and height >= 0.12))


def _by_text(text: str) -> str:
    amounts = len(_AMOUNT.findall(text))
    receipt = len({match.lower() for match in _RECEIPT_WORDS.findall(text)})
    if amounts >= 2 and (_TAX_INVOICE.search(text) or receipt >= 3):
        return _receipt_or_invoice(text, receipt)
    if _INVOICE_WORDS.search(text) and amounts >= 1:
        return DocumentType.INVOICE
    if len({match.lower() for match in _FORM_WORDS.findall(text)}) >= 2 or _blanks(text) >= 4:
        return DocumentType.FORM
    if _LETTER_WORDS.search(text):
        return DocumentType.LETTER
    return DocumentType.PAGE if len(_WORD.findall(text)) >= 5 else ""


def _receipt_or_invoice(text: str, receipt: int) -> str:
    tills = re.search(r"\b(cash|change|cashier|tunai|receipt|rounding|visa)\b", text, re.IGNORECASE)
    if _INVOICE_WORDS.search(text) and not tills and receipt < 4:
        return DocumentType.INVOICE
    return DocumentType.RECEIPT


def _blanks(text: str) -> int:
    return len(_BLANKS.findall(text)) + sum(
        1 for line in text.splitlines() if _FORM_LABEL.match(line)
    )
