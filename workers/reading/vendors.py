"""Who issued a receipt or an invoice: the name at its head."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.reading.amounts import amounts_in
from workers.reading.dates import dates_in
from workers.reading.findings import Finding
from workers.reading.rows import Row, Token, join

# The name of the house stands within this many rows.
HEAD_ROWS = 8
_COMPANY = re.compile(
    r"\b(?:s[do]n\.?\s*b[hn][do]|bhd|ltd|limited|inc|llc|llp|plc|corp(?:oration)?|co|company|gmbh|"
    r"ag|kg|ohg|ug|e\.?k|sarl|sas|s\.a|s\.l|s/b|b\.?v|pty|pte|enterprises?|trading|holdings?|"
    r"marketing|industr\w+|services?|group)\b\.?",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"\b(?:restaurants?|ristorante|cafe|café|kitchen\w*|bistro|pub|bar|bakery|food\w*|mart|market|"
    r"supermarket|store|shop|hardware|stationery|books?|pharmacy|apotheke|pharmacie|farmacia|"
    r"hotel|clinic|machinery|auto|motors?|station|cuisine|house|center|centre|boutique|supplies|"
    r"pasar\s*raya|kedai|restoran|perniagaan|niaga)\b",
    re.IGNORECASE,
)
_NOT_NAME = re.compile(
    r"^\W*(?:(?:simplified\s*)?tax\s*invoice|invoice|receipt|cash\s*(?:sales?|bill|receipt)|bill|"
    r"rechnung|quittung|facture|ticket|recibo|factura|welcome|thank\w*|copy|original|duplicate|"
    r"reprint|official\s*receipt|delivery\s*order|statement|page|date|order|guest\s*check|"
    r"dine\s*in|take\s*away|table|customer\s*copy|merchant\s*copy)\b[\W\d]*$"
    r"|^\W*(?:to|bill\s*to|invoice\s*to|ship\s*to|for|attn|customer|member)\b\s*:",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b(?:tel|te1|phone|fax|e-?mail|email|www|http|gst|sst|vat|reg|no|id|abn|hotline|company|"
    r"co\.?\s*(?:reg|no)|business|cashier|date|branch|time|pos|roc|license|ust-?id\w*|siret|cif|nif)\b"
    r"\s*[.:#&(]|@\w|\bwww\.|\b(?:gst|sst|vat|company|business|reg|tax)\b.{0,14}\b(?:no|id|reg|number)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"^\W*(?:no|lot|unit|suite|level|block|blk|g|ground|jalan|jln|plaza|taman|lorong|persiaran)\b"
    r"[\s.,:]*[\w\-]*\d|\b(?:jalan|jln|lorong|persiaran|taman|street|str(?:a(?:ss|ß)e)?|avenue|ave|"
    r"road|blvd|rue|calle|avenida|highway)\b|\b\d{5}\b|^\W*\d+[a-z]?\s*,|^\d+\s+\w+\s+(?:st|rd|ave)\b",
    re.IGNORECASE,
)
_REGISTRATION = re.compile(
    r"\s*[(\[]\s*(?:[A-Z]{0,3}\s?)?\d[\d\-\s/]{3,}[A-Z]?\s*[)\]]?.*$|\s+\d{5,}\s?-\s?[A-Z]\b.*$"
)
_OWNED = re.compile(r"\b(?:owned|own|operated|managed)\s+by\b", re.IGNORECASE)


def find_vendor(rows: Sequence[Row]) -> Finding | None:
    """Return the name at the head: the first that is no title, address, number or scribble."""
    head = _head(rows)
    named = [i for i in head if _COMPANY.search(rows[i].text) and _is_name(rows[i].text)]
    trades = [i for i in head if _TRADE.search(rows[i].text) and _is_name(rows[i].text)]
    plain = [i for i in head if _is_name(rows[i].text)]
    if named and _before_address(rows, named[0]):
        return _vendor(rows, _started(rows, named[0]), 0.85)
    if trades and _before_address(rows, trades[0]):
        return _vendor(rows, trades[:1], 0.8)
    return _vendor(rows, plain[:1], 0.65) if plain else None


def _head(rows: Sequence[Row]) -> list[int]:
    """Return the first rows, as far as no goods and no dates come."""
    head: list[int] = []
    for i, row in enumerate(rows[:HEAD_ROWS]):
        if head and (len(amounts_in(row.text)) > 1 or dates_in(row.text)):
            break
        head.append(i)
    return head


def _is_name(text: str) -> bool:
    plain = _cut(text)
    letters = sum(one.isalpha() for one in plain)
    if letters < 3 or letters < 0.5 * len(plain.replace(" ", "")):
        return False
    if _NOT_NAME.search(plain) or _CONTACT.search(plain):
        return False
    return not (_ADDRESS.search(plain) and not _COMPANY.search(plain))


def _before_address(rows: Sequence[Row], index: int) -> bool:
    """A company named below an address is a customer, or the bank."""
    return (
        sum(
            bool(_ADDRESS.search(rows[i].text)) and not _COMPANY.search(rows[i].text)
            for i in range(index)
        )
        < 2
    )


def _started(rows: Sequence[Row], index: int) -> list[int]:
    """Return the rows of a name: what stands above "SDN BHD" alone belongs to it."""
    text = _cut(rows[index].text)
    bare = _COMPANY.sub("", text).strip(" .,&()")
    if index and len(bare) < 3 and _is_name(rows[index - 1].text):
        return [index - 1, index]
    return [index]


def _vendor(rows: Sequence[Row], which: Sequence[int], certainty: float) -> Finding:
    value: list[Token] = []
    texts: list[str] = []
    for i in which:
        text = _cut(rows[i].text)
        tokens = rows[i].between(0, len(text))
        value += tokens
        texts.append(text)
    text = " ".join(" ".join(texts).split())
    return Finding(
        kind="vendor",
        key=(),
        value=tuple(value),
        page=rows[which[0]].page,
        certainty=certainty,
        text=text or join(value),
        order=which[0],
    )


def _cut(text: str) -> str:
    """Return the name without the number of its registration."""
    return _REGISTRATION.sub("", text).strip(" *.,:;-=~_|")
