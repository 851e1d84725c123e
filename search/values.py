"""What stands after ``taken:``, ``size:`` or ``confidence:``: bounds of whole numbers."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo

from search.amounts import cents_of
from search.fields import UNITS, Field, FieldKind
from search.levels import PER_PERCENT

Bounds = tuple[int | None, int | None]

_COMPARISON = re.compile(r"(>=|<=|>|<|=)\s*(.+)", re.DOTALL)
_BRACKETS = re.compile(r"([\[{])\s*(\S+)\s+TO\s+(\S+)\s*([\]}])")
_DATE = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?)?")
_BARE_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}){1,2}")
_DAYS_AGO = {"today": 0, "yesterday": 1}
_NUMBER = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,3}))?([a-z]{0,2})", re.IGNORECASE)
_SCALES = {"duration": 1000, "confidence": PER_PERCENT}


def parse_bounds(field: Field, raw: str, zone: tzinfo) -> Bounds | None:
    """Read ``2024``, ``>=2024-05``, ``a..b`` or ``[a TO b]``; None when it is none of these.

    Dates may be ``today`` and ``yesterday``, which are days in ``zone``. They become seconds,
    durations milliseconds, sizes bytes, confidences levels, totals cents. Upper bounds include the
    whole of the day, month or year that they name.
    """
    raw = raw.strip()
    if brackets := _BRACKETS.fullmatch(raw):
        opening, low, high, closing = brackets.groups()
        return _between(field, (low, high), zone, (opening == "{", closing == "}"))
    if comparison := _COMPARISON.fullmatch(raw):
        return _compared(field, comparison[1], comparison[2], zone)
    low, dots, high = raw.partition("..")
    if dots:
        return _between(field, (low or "*", high or "*"), zone, (False, False))
    return _span(field, raw, zone)


def is_bare_date(raw: str) -> bool:
    """True for ``2024-05`` and ``2024-05-31``, which need no field to be taken for a date."""
    return _BARE_DATE.fullmatch(raw) is not None


def _between(
    field: Field, ends: tuple[str, str], zone: tzinfo, excluded: tuple[bool, bool]
) -> Bounds | None:
    low: int | None = None
    high: int | None = None
    if ends[0] != "*":
        if (span := _span(field, ends[0], zone)) is None:
            return None
        low = _last(field, span) + 1 if excluded[0] else span[0]
    if ends[1] != "*":
        if (span := _span(field, ends[1], zone)) is None:
            return None
        high = span[0] - 1 if excluded[1] else _last(field, span)
    return low, high


def _compared(field: Field, operator: str, raw: str, zone: tzinfo) -> Bounds | None:
    span = _span(field, raw, zone)
    if span is None:
        return None
    first, last = span[0], _last(field, span)
    return {
        ">": (last + 1, None),
        ">=": (first, None),
        "<": (None, first - 1),
        "<=": (None, last),
        "=": span,
    }[operator]


def _last(field: Field, span: tuple[int, int]) -> int:
    # "<= May" takes all of May; "<= 10mb" stops at 10 MB, though "10mb" alone is about 10 MB.
    return span[1] if field.kind is FieldKind.DATE else span[0]


def _span(field: Field, raw: str, zone: tzinfo) -> tuple[int, int] | None:
    """Return the first and the last number that ``raw`` covers."""
    if field.kind is FieldKind.DATE:
        raw = _named_day(raw, zone) or raw
        return _date_span(raw, UTC if field.name == "taken" else zone)
    return _number_span(field, raw)


def _number_span(field: Field, raw: str) -> tuple[int, int] | None:
    if field.name == "total":
        return cents_of(raw)
    match = _NUMBER.fullmatch(raw)
    if match is None:
        return None
    unit = match[3].lower()
    if unit and (field.name != "size" or unit not in UNITS):
        return None
    scale = UNITS.get(unit, 1) * _SCALES.get(field.name, 1)
    thousandths = int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0"))
    first = thousandths * scale // 1000
    is_whole = not match[2]
    return first, first + (scale - 1 if is_whole else 0)


def _named_day(raw: str, zone: tzinfo) -> str:
    days_ago = _DAYS_AGO.get(raw.lower())
    if days_ago is None:
        return ""
    return (datetime.now(zone).date() - timedelta(days=days_ago)).isoformat()


def _date_span(raw: str, zone: tzinfo) -> tuple[int, int] | None:
    match = _DATE.fullmatch(raw)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        first = datetime(year, month or 1, day or 1, tzinfo=zone)
        last_day = day or calendar.monthrange(year, month or 12)[1]
        last = datetime(year, month or 12, last_day, 23, 59, 59, tzinfo=zone)
        return _seconds(first), _seconds(last)
    except (ValueError, OverflowError):
        return None


def _seconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
