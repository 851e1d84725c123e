"""The forms to compare of what a receipt says: amounts, ISO dates, currency codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gallery.types import Field
from workers.reading.amounts import amounts_in, currency_of, marks_in
from workers.reading.dates import dates_in, is_day_first

_MONEY = ("total", "subtotal", "tax")
_DATES = ("date", "due_date")
_WHOLE = re.compile(r"(?<![\d.,])\d{1,3}(?:[, ]\d{3})+(?![\d.,])|(?<![\d.,])\d{1,9}(?![\d.,])")


def normalized(fields: Sequence[Field]) -> list[Field]:
    """Return the fields, those of a known kind with their forms to compare.

    A currency that only stands beside the total becomes a field of its own.
    """
    currency = _currency(fields)
    known = [*fields]
    if currency is not None and not any(field.kind == "currency" for field in fields):
        known.append(currency)
    code = currency.normalized if currency else ""
    day_first = is_day_first(
        (field.value for field in fields if field.kind in _DATES), dollars=code == "USD"
    )
    return [_with_form(field, day_first=day_first) for field in known]


def _currency(fields: Sequence[Field]) -> Field | None:
    """The currency as it was found, or as it stands beside the total."""
    given = next((field for field in fields if field.kind == "currency"), None)
    if given is not None:
        return given
    total = next((field for field in fields if field.kind == "total"), None)
    marks = marks_in(total.value) if total else []
    code = currency_of(marks[0][0]) if marks else ""
    if total is None or not code:
        return None
    return replace(
        total, key="", key_box=None, kind="currency", value=marks[0][0].strip(), normalized=code
    )


def _with_form(field: Field, *, day_first: bool) -> Field:
    if field.normalized or field.kind not in (*_MONEY, *_DATES):
        return field
    form = amount_of(field.value) if field.kind in _MONEY else ""
    if field.kind in _DATES:
        dates = dates_in(field.value, day_first=day_first)
        form = dates[0].day.isoformat() if dates else ""
    return replace(field, normalized=form)


def amount_of(value: str) -> str:
    """The amount of a money field like "1234.50", also where cents and currency are missing."""
    amounts = amounts_in(value)
    if amounts:
        return amounts[-1].normalized
    whole = _WHOLE.search(value)
    return re.sub(r"\D", "", whole[0]) + ".00" if whole else ""
