"""Amounts of money as typed: ``50``, ``1.234,56 eur``, ``$1,234.50``."""

from __future__ import annotations

import re

from gallery.currencies import CODES, CURRENCIES

# What one mark or word may stand for, where that is more than one currency.
_SHARED = {
    "$": ("usd", "aud", "cad", "hkd", "mxn", "nzd", "sgd"),
    "¥": ("jpy", "cny"),
    "kr": ("dkk", "nok", "sek"),
}
_NAMES = {
    "euro": _SHARED.get("€", ("eur",)),
    "dollar": _SHARED["$"],
    "pound": ("gbp",),
    "yen": ("jpy",),
    "rupee": ("inr",),
    "franc": ("chf",),
    "zloty": ("pln",),
    "ringgit": ("myr",),
}
_MARKS = {mark.rstrip("."): (code.lower(),) for mark, code in CURRENCIES.items()}
_KNOWN = {code.lower(): (code.lower(),) for code in CODES} | _MARKS | _NAMES | _SHARED
_LETTERS = r"[^\W\d_]*[$€£¥₹₩฿₫]|[^\W\d_]+\.?"
_MARK = re.compile(_LETTERS)
_MARKED = re.compile(rf"\A(?:{_LETTERS})\s*|\s*(?:{_LETTERS})\Z")
_AMOUNT = re.compile(r"(\d{1,3}(?:[.,'\u2019 \u00a0]\d{3})+|\d{1,12})(?:[.,](\d{1,2}))?")


def currencies_named(mark: str) -> tuple[str, ...]:
    """Return the lower-case codes that a code, sign or name may stand for; none if unknown."""
    mark = mark.strip().rstrip(".").casefold()
    return _KNOWN.get(mark) or _KNOWN.get(mark.removesuffix("s"), ())


def currencies_in(raw: str) -> tuple[str, ...] | None:
    """Return the currencies in ``>50eur`` or ``$50..$100``; None when one is unknown."""
    found = [currencies_named(mark) for mark in _MARK.findall(raw) if mark != "TO"]
    return tuple(dict.fromkeys(code for codes in found for code in codes)) if all(found) else None


def cents_of(raw: str) -> tuple[int, int] | None:
    """Return the first and last cent that an amount covers; without cents it is a whole unit.

    The last point or comma with one or two digits behind it parts cents, the others thousands.
    """
    match = _AMOUNT.fullmatch(_MARKED.sub("", raw.strip()))
    if match is None:
        return None
    whole, cents = int(re.sub(r"\D", "", match[1])), match[2]
    first = whole * 100 + int((cents or "").ljust(2, "0"))
    return first, first if cents else first + 99
