"""Amounts of money in a line of text, in every usual way to write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gallery.currencies import CODES, CURRENCIES

_DOLLARS = (
    ("SGD", re.compile(r"\bsingapore\b", re.IGNORECASE)),
    ("AUD", re.compile(r"\baustralia\b|\babn\b[\s:]*\d", re.IGNORECASE)),
    ("CAD", re.compile(r"\bcanada\b|\bhst\b", re.IGNORECASE)),
    ("NZD", re.compile(r"\bnew zealand\b", re.IGNORECASE)),
    ("HKD", re.compile(r"\bhong kong\b", re.IGNORECASE)),
)
_MARK = "|".join(
    [re.escape(mark) for mark in sorted(CURRENCIES, key=len, reverse=True)]
    + [rf"\b{code}\b" for code in CODES]
)
_CURRENCY = re.compile(rf"(?<![^\W\d_]){_MARK}(?![^\W\d_])", re.IGNORECASE)
# Engines take a zero for an O, and set a blank behind the point.
_DIGITS = (
    r"\d{1,3}(?:(?P<group>[.,'\u2019])\d{3})(?:(?P=group)\d{3})*"
    # A blank parts thousands only where a comma parts cents: elsewhere it parts columns.
    r"|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?=,\d\d(?!\d))|[\dOo]{1,7}"
)
_AMOUNT = re.compile(
    rf"(?<![\d.,:/#@\-])(?P<sign>[-\u2013\u2212(]\s?)?(?<![\d.,])(?P<mark>{_MARK})?\s{{0,3}}(?P<minus>[-\u2013\u2212])?"
    rf"(?P<whole>{_DIGITS})(?:(?P<point>[.,]\s?|\s[.,])(?P<cents>[\dOo]{{2}}))?"
    rf"(?![\d%:/]|[.,]\d|\s?%)(?:\s{{0,2}}(?P<after>{_MARK})(?![^\W\d_]|\s?\d))?",
    re.IGNORECASE,
)
# A misread point, or none: what no one would take for an amount but beside the word "total".
_BLURRED = re.compile(
    r"(?<![\w.,/:\-])(?P<whole>\d{1,5})(?:[-:;·]\s?|\s)?(?P<cents>\d{2})(?![\w%])"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money at ``start`` to ``end`` of a text; ``mark`` is the currency as printed."""

    value: Decimal
    start: int
    end: int
    mark: str = ""

    @property
    def normalized(self) -> str:
        return str(self.value)


def amounts_in(text: str) -> list[Amount]:
    """Return the amounts: numbers with cents, or with a currency beside them."""
    return [amount for match in _AMOUNT.finditer(text) if (amount := _amount(match))]


def blurred_in(text: str) -> Iterator[Amount]:
    """Give numbers that would be amounts if their point had been read."""
    for match in _BLURRED.finditer(text):
        value = Decimal(f"{match['whole']}.{match['cents']}")
        yield Amount(value, match.start(), match.end())


def currency_of(mark: str, text: str = "") -> str:
    """Return the ISO 4217 code of a printed currency; ``text`` tells whose dollars they are."""
    mark = mark.strip().casefold()
    if mark == "$":
        return next((code for code, pattern in _DOLLARS if pattern.search(text)), "USD")
    if mark in CURRENCIES:
        return CURRENCIES[mark]
    return mark.upper() if mark.upper() in CODES else ""


def marks_in(text: str) -> list[re.Match[str]]:
    """Return the currencies that stand alone or in brackets, or are symbols and no words."""
    return [match for match in _CURRENCY.finditer(text) if _is_plain(match)]


def _is_plain(match: re.Match[str]) -> bool:
    if not match[0][0].isalpha():
        return True
    text = match.string
    before, after = text[: match.start()].rstrip(" ")[-1:], text[match.end() :].lstrip(" ")[:1]
    alone = before in ("", "(", ":", "[") and after in ("", ")", "]", "/")
    return match[0].isupper() and alone


def _amount(match: re.Match[str]) -> Amount | None:
    mark = match["mark"] or match["after"] or ""
    if not (match["cents"] or mark) or not any(one.isdigit() for one in match[0]):
        return None
    whole = re.sub(r"\D", "", _as_digits(match["whole"]))
    value = Decimal(f"{whole}.{_as_digits(match['cents'] or '00')}")
    negative = bool(match["minus"] or (match["sign"] or "").strip())
    start = match.start("mark") if match["mark"] else match.start("whole")
    return Amount(-value if negative else value, start, match.end(), mark)


def _as_digits(text: str) -> str:
    return text.replace("O", "0").replace("o", "0")
