"""Who issued a receipt or an invoice: the name at its head."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from workers.reading.amounts import amounts_in
from workers.reading.dates import dates_in
from workers.reading.findings import Finding
from workers.reading.rows import Row, Token

# The name of the house stands within this many rows.
HEAD_ROWS = 8
# Names that were read worse are scribbled beside the print.
_WELL_READ = 80.0
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
    r"^(?:\W*(?:(?:simplified\s*)?tax\s*invoice|invoice|receipt|cash\s*(?:sales?|bill|receipt)|bill|"
    r"rechnung|quittung|facture|ticket|recibo|factura|welcome|thank\w*|copy|original|duplicate|"
    r"reprint|official\s*receipt|delivery\s*order|statement|page|date|order|guest\s*check|"
    r"dine\s*in|take\s*away|table|customer\s*copy|merchant\s*copy)\b[\W\d]*)+$"
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
# A point behind belongs to "Inc.".
_AROUND, _BEHIND = " *.,:;-=~_|", " *,:;-=~_|"
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_TITLE = re.compile(
    r"\s+(?:(?:tax\s+)?invoice|receipt|rechnung|quittung|facture|factura)$", re.IGNORECASE
)
_SITE = re.compile(
    r"(?:@|\bwww\.|://(?:www\.)?|\b)([\w-]{4,40})\.(?:com?|net|org|de|fr|es|eu|my|sg|uk)\b"
)
_MAIL_HOSTS = {"gmail", "hotmail", "yahoo", "outlook", "icloud", "live", "gmx", "orange"}
# Letters that engines take for others in what can only be one thing.
_MISREAD_FORM = re.compile(r"\bS[DO0]N\.?\s?B[HN][DO0]\b", re.IGNORECASE)


def find_vendor(rows: Sequence[Row]) -> Finding | None:
    """Return the name at the head: the first that is no title, address, number or scribble."""
    names = [i for i in _head(rows) if _is_name(rows[i].text)]
    names = [i for i in names if _reading(rows[i]) >= _WELL_READ] or names
    sites = _sites(rows)
    own = [i for i in names if _is_site(rows[i].text, sites)]
    companies = [i for i in names if _COMPANY.search(rows[i].text) and not _is_below(rows, i)]
    trades = [i for i in names if _TRADE.search(rows[i].text) and not _is_below(rows, i)]
    for found, certainty in ((companies, 0.9), (own, 0.85), (trades, 0.85), (names, 0.65)):
        if found:
            return _vendor(rows, _whole(rows, found[0]), certainty)
    return None


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


def _reading(row: Row) -> float:
    return sum(token.confidence for token in row.tokens) / len(row.tokens)


def _sites(rows: Sequence[Row]) -> set[str]:
    """Return the names of web and mail addresses, which are often the vendor's."""
    found = {match[1] for row in rows for match in _SITE.finditer(row.text)}
    return {_letters(site) for site in found} - _MAIL_HOSTS


def _is_site(text: str, sites: Iterable[str]) -> bool:
    name = _letters(_cut(text))
    return len(name) >= 5 and any(name in site or site in name for site in sites if len(site) > 4)


def _letters(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def _is_below(rows: Sequence[Row], index: int) -> bool:
    """A company named below an address is a customer, or the bank."""
    addresses = [row for row in rows[:index] if _ADDRESS.search(row.text)]
    return sum(not _COMPANY.search(row.text) for row in addresses) >= 2


def _whole(rows: Sequence[Row], index: int) -> list[int]:
    """Return the rows of a name that is broken: before "SDN BHD", or behind "RESTAURANT ANN"."""
    text = _cut(rows[index].text)
    rest = _IN_BRACKETS.sub("", _COMPANY.sub("", text)).strip(" .,&()")
    if index and len(rest) < 3 and _is_name(rows[index - 1].text):
        return [index - 1, index]
    after = rows[index + 1].text if index + 1 < len(rows) else ""
    if not _COMPANY.search(text) and _is_name(after) and (_TRADE.search(after) and text.isupper()):
        return [index, index + 1]
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
        text=_MISREAD_FORM.sub("SDN BHD", text) if text.isupper() else text,
        order=which[0],
    )


def _cut(text: str) -> str:
    """Return the name without the number of its registration and the title beside it."""
    return (
        _TITLE.sub("", _REGISTRATION.sub("", text).rstrip(_BEHIND)).rstrip(_BEHIND).lstrip(_AROUND)
    )
