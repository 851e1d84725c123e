"""What looks like a field and is none, or like a value and is none: why it became plain text."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.fields import FIELDS, Field, FieldKind
from search.levels import HIGHEST
from search.types import Notice

# Shorter names are initials, drives and pieces of codes; what stands behind // is an address.
_FIELD_LIKE = re.compile(r"([A-Za-z]{3,20}):(?![:/\\])(.*)", re.DOTALL)
_ONLY_FIELD = re.compile(r"([A-Za-z]{1,20}):")
_SHOWN = 40
_LONG = 6


def field_notice(mask: str) -> Notice | None:
    """Say why a word without a field may be meant to have one; None for plain words.

    ``mask`` is the word with what backslashes protect hidden.
    """
    if (bare := _ONLY_FIELD.fullmatch(mask)) and bare[1].lower() in FIELDS:
        message = f"{mask} needs its value right behind the colon; it was searched as text."
        return Notice("as-text", message)
    found = _FIELD_LIKE.fullmatch(mask)
    if found is None or not found[2] or found[1].lower() in FIELDS:
        return None
    nearest = _nearest(found[1].lower())
    offer = f" Did you mean {nearest}:?" if nearest else ""
    message = f"{found[1]}: is no field; {mask[:_SHOWN]} was searched as text.{offer}"
    return Notice("as-text", message)


def value_notice(field: Field, value: str) -> Notice:
    """Say that a field's value is none, and what one would be where people often err."""
    shown = f"{field.name}:{value[:_SHOWN]}"
    if field.kind is not FieldKind.DATE:
        return Notice("as-text", f"{shown} was not understood and searched as text.")
    message = (
        f"“{value[:_SHOWN]}” is no date and was searched as text. A year has four digits: "
        f"{field.name}:2018, {field.name}:2018-05 or {field.name}:2018-05-31."
    )
    return Notice("as-text", message)


def is_lone_field(mask: str) -> bool:
    """True for ``taken:`` without a value."""
    bare = _ONLY_FIELD.fullmatch(mask)
    return bare is not None and bare[1].lower() in FIELDS


def bounds_notice(shown: str, low: int | None, high: int | None) -> Notice | None:
    """Say that no confidence lies between two levels; None when some do."""
    if (low is not None and low > HIGHEST) or (high is not None and high < 0):
        return Notice("empty-range", f"{shown[:_SHOWN]} lies outside of 0 to 100.")
    if low is not None and high is not None and low > high:
        return Notice("empty-range", f"{shown[:_SHOWN]} ends before it begins.")
    return None


def _nearest(name: str) -> str:
    """Return the field whose name is spelled most like this one, or nothing."""
    far = 2 if len(name) >= _LONG else 1
    found = process.extractOne(name, list(FIELDS), scorer=OSA.distance, score_cutoff=far)
    return found[0] if found else ""
