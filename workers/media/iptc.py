"""Read the older captions and keywords that press tools write."""

from __future__ import annotations

from typing import Any

from PIL import ImageFile, IptcImagePlugin

from workers.media.cleaning import clean_caption, clean_keywords
from workers.media.dates import Taken, parse_date
from workers.media.metadata import Metadata
from workers.media.pictures import METADATA_ERRORS

_TITLE, _KEYWORDS, _DATE, _TIME, _HEADLINE, _CAPTION = 5, 25, 55, 60, 105, 120


def read_iptc(image: ImageFile.ImageFile) -> Metadata:
    """Return what IPTC says about a picture; never raises for what is in it."""
    try:
        tags: Any = IptcImagePlugin.getiptcinfo(image) or {}
    except METADATA_ERRORS:
        return Metadata()
    return Metadata(
        taken=_taken(_one(tags, _DATE), _one(tags, _TIME)),
        title=clean_caption(_one(tags, _TITLE) or _one(tags, _HEADLINE), 500),
        description=clean_caption(_one(tags, _CAPTION)),
        keywords=clean_keywords(_all(tags, _KEYWORDS)),
    )


def _all(tags: Any, number: int) -> list[bytes]:
    value = tags.get((2, number), [])
    return [value] if isinstance(value, bytes) else [one for one in value if isinstance(one, bytes)]


def _one(tags: Any, number: int) -> bytes:
    return next(iter(_all(tags, number)), b"")


def _taken(day: bytes, clock: bytes) -> Taken | None:
    """Dates are CCYYMMDD, times HHMMSS with a zone."""
    date, time = day.decode("ascii", "replace").strip(), clock.decode("ascii", "replace").strip()
    if len(date) != 8:
        return None
    text = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    if len(time) >= 6:
        text += f"T{time[:2]}:{time[2:4]}:{time[4:6]}{time[6:]}"
    return parse_date(text)
