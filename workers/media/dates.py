"""Read dates as cameras, editors and file names write them; None for what makes no sense."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_OLDEST_YEAR, _OLDEST_NAMED_YEAR = 1500, 1970
_MAX_OFFSET = 14 * 60
_QUARTER = 15
# A phone's clock and a satellite's time differ by seconds, not by this many.
_CLOCK_SLACK_SECONDS = 150
_QUICKTIME_EPOCHS = {datetime(1904, 1, 1), datetime(1970, 1, 1)}  # noqa: DTZ001 - wall-clock times

_DATE = re.compile(
    r"(\d{4})(?:[:/.-](\d{1,2})(?:[:/.-](\d{1,2}))?)?"
    r"(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d{1,9})?)?)?"
    r"\s*(Z|[+-]\d{2}:?(?:\d{2})?)?"
)
_ZONE = re.compile(r"([+-])(\d{2}):?(\d{2})?")
_PDF_DATE = re.compile(
    r"(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(Z|[+-]\d{2}'?(?:\d{2})?)?"
)
_NAMED_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})([-_.]?)(0[1-9]|1[0-2])\2([0-2]\d|3[01])"
    r"(?:(?:[-_. T]|, | at |T)([01]\d|2[0-3])([-_.:]?)([0-5]\d)\6([0-5]\d)\d{0,3})?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """When a picture was taken: wall-clock time there, minutes east of UTC where known."""

    local: datetime
    offset: int | None = None

    @property
    def utc(self) -> datetime | None:
        """The moment as UTC without zone, where the offset is known."""
        return None if self.offset is None else self.local - timedelta(minutes=self.offset)


def parse_date(value: Any) -> Taken | None:
    """Read an EXIF, XMP or ISO 8601 date; a missing month, day or time counts as its first."""
    if not isinstance(value, str):
        return None
    match = _DATE.fullmatch(value.strip("\0 \t\r\n"))
    if not match:
        return None
    return _taken([int(part or 0) for part in match.groups()[:6]], parse_offset(match[7]))


def parse_offset(value: Any) -> int | None:
    """Read a zone such as ``+02:00``, ``-0530`` or ``Z`` as minutes east of UTC."""
    if not isinstance(value, str):
        return None
    value = value.strip("\0 ")
    if value == "Z":
        return 0
    match = _ZONE.fullmatch(value)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > _MAX_OFFSET:
        return None
    return -minutes if match[1] == "-" else minutes


def parse_pdf_date(value: str) -> Taken | None:
    """Read a date such as ``D:20240131120000+01'00'``."""
    match = _PDF_DATE.match(value.strip("\0 "))
    if not match:
        return None
    offset = parse_offset((match[7] or "").replace("'", ""))
    return _taken([int(part or 0) for part in match.groups()[:6]], offset)


def parse_file_name(name: str) -> Taken | None:
    """Find the date in names such as ``20240107_110258.jpg`` or ``IMG-20230504-WA0001.jpg``."""
    match = _NAMED_DATE.search(name[:255])
    if not match or int(match[1]) < _OLDEST_NAMED_YEAR:
        return None
    year, month, day, hour, minute, second = match.group(1, 3, 4, 5, 7, 8)
    return _taken([int(part or 0) for part in (year, month, day, hour, minute, second)], None)


def parse_video_date(value: Any) -> Taken | None:
    """Read a container's date, except for the epochs that stand for "not set"."""
    taken = parse_date(value)
    return None if taken is None or taken.local in _QUICKTIME_EPOCHS else taken


def with_offset_from(taken: Taken, utc: datetime | None) -> Taken:
    """Work out the zone of a wall-clock time from the same moment in UTC, where they fit."""
    if utc is None or taken.offset is not None:
        return taken
    seconds = (taken.local - utc).total_seconds()
    minutes = round(seconds / 60 / _QUARTER) * _QUARTER
    fits = abs(seconds - minutes * 60) <= _CLOCK_SLACK_SECONDS and abs(minutes) <= _MAX_OFFSET
    return Taken(taken.local, minutes) if fits else taken


def _taken(parts: list[int], offset: int | None) -> Taken | None:
    year, month, day, hour, minute, second = parts
    newest = datetime.now(UTC).year + 1
    if not _OLDEST_YEAR <= year <= newest:
        return None
    try:
        # No zone on purpose: this is what the clock showed where the picture was taken.
        local = datetime(  # noqa: DTZ001
            year, month or 1, day or 1, hour % 24, minute, min(second, 59)
        )
    except ValueError:
        return None
    return Taken(local, offset)
