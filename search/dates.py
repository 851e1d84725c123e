"""When an item was taken, as the index and the reasons for a hit tell it."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from gallery.models import MediaItem
from gallery.types import DateSource
from search.rows import ItemRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a printed date is called in reasons, like the field that it is read from.
PRINTED_DATE = "date"


class KnownDate(NamedTuple):
    """A date as reasons call it, and the words that it is found by."""

    kind: str
    day: datetime
    words: str


def sort_key(taken_local: datetime) -> int:
    """Return milliseconds of wall-clock time, the newest being the greatest."""
    return (taken_local - _EPOCH) // timedelta(milliseconds=1)


def source_of_date(item: MediaItem | ItemRow) -> str:
    """Return what an item's date tells: when it was "taken", "printed" or only "added"."""
    source = item.taken_source
    return source if source in (DateSource.PRINTED, DateSource.ADDED) else "taken"


def known_dates(item: MediaItem | ItemRow) -> str:
    """Return the words of an item's date and of what else is printed as a date of it."""
    return " ".join(known.words for known in dates_of(item))


def dates_of(item: MediaItem | ItemRow) -> tuple[KnownDate, ...]:
    """Return the item's date and whatever else is printed as a date of it, each by itself."""
    printed = [
        KnownDate(PRINTED_DATE, day, printed_words(day))
        for field in item.document_fields.all()
        if (day := field.day)
    ]
    if item.taken_source == DateSource.PRINTED:
        return tuple(printed)
    own = KnownDate(kind_of_date(item), item.taken_local, date_words(item.taken_local))
    return (own, *printed)


def kind_of_date(item: MediaItem | ItemRow) -> str:
    """Return what the date is called in reasons: one that is printed is the field "date"."""
    source = source_of_date(item)
    return PRINTED_DATE if source == "printed" else source


def spoken_day(day: datetime) -> str:
    """Return a day as people read it: 5 May 2020."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def printed_words(day: datetime) -> str:
    """Return how a person would type a printed date: as a whole day, too."""
    return f"{day:%Y-%m-%d} {date_words(day)}"


def date_words(taken_local: datetime) -> str:
    """Return how a person would type the month of capture."""
    return _month_words(taken_local.year, taken_local.month)


@lru_cache(maxsize=5_000)
def _month_words(year: int, month: int) -> str:
    return f"{calendar.month_name[month]} {calendar.month_abbr[month]} {year}"
