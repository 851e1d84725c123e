"""Dates in a line of text, in the ways that people and tills write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_MONTHS = (
    "january jan januar jänner janvier janv enero ene",
    "february feb februar février fevrier févr fevr febrero",
    "march mar märz maerz mrz mars marzo",
    "april apr avril avr abril abr",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet juil julio",
    "august aug août aout agosto ago",
    "september sept sep septembre septiembre",
    "october oct oktober okt octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember dez décembre decembre déc diciembre dic",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = "|".join(sorted(_MONTH, key=len, reverse=True))
_YEAR = r"(?:(?:19|20)\d{2}(?=\D|$|\d{1,2}:\d{2})|\d{2}(?!\d))"
_SEP = r"\s?[-/.(]\s?"
_ISO = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?:\s?[-/.年]\s?)(?P<b>\d{1,2})(?:\s?[-/.月]\s?)(?P<c>\d{1,2})"
    r"(?=\D|$|\d{2}:\d{2})"
)
_NUMERIC = re.compile(
    rf"(?<![\d.,/])(?P<a>\d{{1,2}})(?P<sep>{_SEP}|\s)(?P<b>\d{{1,2}})(?:(?P=sep)|{_SEP})(?P<y>{_YEAR})"
)
_DAY_NAME = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[\s\-/,.]{{0,3}}(?:de\s)?(?P<m>{_NAME})\b"
    rf"[\s\-/,.']{{0,3}}(?:de[l]?\s)?(?P<y>{_YEAR})",
    re.IGNORECASE,
)
_NAME_DAY = re.compile(
    rf"(?<![^\W_])(?P<m>{_NAME})\b[\s\-/.]{{0,3}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"[\s\-/,.']{{1,3}}(?P<y>{_YEAR})",
    re.IGNORECASE,
)
# Letters among the digits of a date.
_MISREAD_ZERO = re.compile(r"(?<=[\d/.\-])[oOQ](?=[\d/.\-])|(?<=[/\-])[oOQ](?=\d)")
_MISREAD_ONE = re.compile(r"(?<=[\d/.\-])[Il|](?=[\d/.\-])|(?<=[/\-])[Il|](?=\d)")
# The clock behind a date: "10:15", "8.13 PM".
CLOCK = re.compile(r"^[\s\-/,T(]{0,4}(?:\w{3}\)?\s)?\d{1,2}[:.]\d{2}")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date at ``start`` to ``end`` of a text; ``unsure`` when day and month could be swapped."""

    day: date
    start: int
    end: int
    unsure: bool = False


def is_day_first(texts: Iterable[str], *, dollars: bool) -> bool:
    """Tell the order of day and month: by dates that allow one only, else by the currency."""
    for text in texts:
        for match in _NUMERIC.finditer(text):
            first, second = int(match["a"]), int(match["b"])
            if (first > 12) != (second > 12) and max(first, second) <= 31:
                return first > 12
    return not dollars


def dates_in(text: str, *, day_first: bool = True) -> list[FoundDate]:
    """Return the dates from left to right; what cannot be a day of the calendar is none."""
    text = _MISREAD_ONE.sub("1", _MISREAD_ZERO.sub("0", text))
    found = sorted(_all(text, day_first=day_first), key=lambda one: one.start)
    kept: list[FoundDate] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _all(text: str, *, day_first: bool) -> Iterator[FoundDate]:
    for match in _ISO.finditer(text):
        yield from _found(match, match["y"], match["b"], match["c"])
    for match in _NUMERIC.finditer(text):
        yield from _numeric(match, day_first=day_first)
    for pattern in (_DAY_NAME, _NAME_DAY):
        for match in pattern.finditer(text):
            month = str(_MONTH[match["m"].casefold()])
            yield from _found(match, match["y"], month, match["d"])


def _numeric(match: re.Match[str], *, day_first: bool) -> Iterator[FoundDate]:
    a, b, year = match["a"], match["b"], match["y"]
    if match["sep"].isspace() and len(year) == 2:
        return  # three columns of a table
    day, month = (a, b) if day_first else (b, a)
    unsure = int(a) <= 12 and int(b) <= 12 and a != b
    plain = list(_found(match, year, month, day, unsure=unsure))
    if not plain:
        plain = list(_found(match, year, day, month))
    if len(year) == 2 and (not plain or plain[0].day > _tomorrow()):
        plain = list(_found(match, a, b, year)) or plain
    yield from plain


def _found(
    match: re.Match[str], year: str, month: str, day: str, *, unsure: bool = False
) -> Iterator[FoundDate]:
    try:
        value = date(_century(year), int(month), int(day))
    except ValueError:
        return  # the thirtieth of February is a number, not a date
    yield FoundDate(value, match.start(), match.end(), unsure)


def _century(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (2000 if int(year) < 70 else 1900)


def _tomorrow() -> date:
    """A date that is still to come is rather a misread one; the world's clocks differ a day."""
    return datetime.now(UTC).date() + timedelta(days=1)
