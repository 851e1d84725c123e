"""Read EXIF; damaged tags count as missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from workers.media.cleaning import clean_caption, clean_keywords, clean_text, decode_bytes
from workers.media.dates import Taken, parse_date, parse_offset, with_offset_from
from workers.media.metadata import Metadata, clean_rating
from workers.media.pictures import METADATA_ERRORS
from workers.media.positions import exif_coordinates, to_number

_DETAIL_IFD, _GPS_IFD = 0x8769, 0x8825
_MAKE, _MODEL, _SOFTWARE, _ARTIST, _COPYRIGHT = 0x010F, 0x0110, 0x0131, 0x013B, 0x8298
_DESCRIPTION, _USER_COMMENT, _RATING = 0x010E, 0x9286, 0x4746
_XP_TITLE, _XP_COMMENT, _XP_KEYWORDS, _XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F
_LENS_MODEL = 0xA434
_EXPOSURE, _APERTURE, _ISO, _FOCAL, _FOCAL_35 = 0x829A, 0x829D, 0x8827, 0x920A, 0xA405
_BIAS, _FLASH, _ALTITUDE_REF, _ALTITUDE = 0x9204, 0x9209, 5, 6
_GPS_TIME, _GPS_DATE = 7, 29
# Date tag and the tag of its zone, the most trustworthy first.
_DATES = ((0x9003, 0x9011), (0x9004, 0x9012), (0x0132, 0x9010))
_COMMENT_PREFIX = 8

Tags = Mapping[int, Any]


def read_exif(image: Image.Image) -> Metadata:
    """Return what EXIF says about a picture; never raises for what is in it."""
    main, detail, gps = _directories(image)
    gps_utc = _gps_time(gps)
    return Metadata(
        taken=_taken(main, detail, gps_utc),
        gps_utc=gps_utc,
        coordinates=exif_coordinates(gps),
        camera_make=clean_text(main.get(_MAKE)),
        camera_model=clean_text(main.get(_MODEL)),
        lens=_lens(detail.get(_LENS_MODEL)),
        title=clean_caption(_wide_text(main.get(_XP_TITLE))),
        description=_description(main, detail),
        keywords=clean_keywords(_wide_text(main.get(_XP_KEYWORDS)).split(";")),
        rating=clean_rating(to_number(main.get(_RATING))),
        details=_details(main, detail, gps),
    )


def _directories(image: Image.Image) -> tuple[Tags, Tags, Tags]:
    try:
        exif = image.getexif()
        main = _entries(exif)
    except METADATA_ERRORS:
        return {}, {}, {}
    found: list[Tags] = []
    for directory in (_DETAIL_IFD, _GPS_IFD):
        try:
            found.append(_entries(exif.get_ifd(directory)))
        except METADATA_ERRORS:
            found.append({})
    return main, found[0], found[1]


def _entries(tags: Any) -> Tags:
    """Decode the entries one by one, so that a bad one does not take the others along."""
    found = {}
    for tag in list(tags):
        try:
            found[tag] = tags[tag]
        except METADATA_ERRORS:
            continue
    return found


def _taken(main: Tags, detail: Tags, gps_utc: datetime | None) -> Taken | None:
    for date_tag, zone_tag in _DATES:
        taken = parse_date(detail.get(date_tag) or main.get(date_tag))
        if taken and taken.offset is None:
            taken = Taken(taken.local, parse_offset(detail.get(zone_tag)))
        if taken:
            return with_offset_from(taken, gps_utc)
    return Taken(gps_utc, 0) if gps_utc else None


def _gps_time(gps: Tags) -> datetime | None:
    day = parse_date(gps.get(_GPS_DATE))
    clock = gps.get(_GPS_TIME)
    if not day or not isinstance(clock, tuple) or len(clock) != 3:
        return None
    hours, minutes, seconds = (to_number(part) or 0.0 for part in clock)
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):
        return None
    midnight = day.local.replace(hour=0, minute=0, second=0)
    return midnight + timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))


def _description(main: Tags, detail: Tags) -> str:
    candidates = (
        main.get(_DESCRIPTION),
        _wide_text(main.get(_XP_COMMENT)),
        _wide_text(main.get(_XP_SUBJECT)),
        _user_comment(detail.get(_USER_COMMENT)),
    )
    return next(filter(None, map(clean_caption, candidates)), "")


def _wide_text(value: Any) -> str:
    """Windows writes its tags as UTF-16 bytes."""
    if isinstance(value, tuple):
        value = bytes(one & 0xFF for one in value if isinstance(one, int))
    return value.decode("utf-16-le", "replace").rstrip("\0") if isinstance(value, bytes) else ""


def _user_comment(value: Any) -> str:
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else ""
    charset, text = value[:_COMMENT_PREFIX], value[_COMMENT_PREFIX:]
    if charset.startswith(b"UNICODE"):
        big_endian = text[:1] == b"\0"
        return text.decode("utf-16-be" if big_endian else "utf-16-le", "replace")
    known = charset.startswith(b"ASCII") or not charset.strip(b"\0")
    decoded = decode_bytes(text if known else value)
    # Some cameras store settings here; only what reads as words is a comment.
    return decoded if decoded.strip("\0 ").isprintable() else ""


def _lens(value: Any) -> str:
    text = clean_text(value)
    return "" if text.strip("-. 0") == "" else text


def _details(main: Tags, detail: Tags, gps: Tags) -> dict[str, str]:
    found = {
        "exposure": _exposure(to_number(detail.get(_EXPOSURE))),
        "aperture": _measure("f/{}", to_number(detail.get(_APERTURE))),
        "iso": _measure("{}", to_number(detail.get(_ISO))),
        "focal_length": _measure("{} mm", to_number(detail.get(_FOCAL))),
        "focal_length_35mm": _measure("{} mm", to_number(detail.get(_FOCAL_35))),
        "exposure_bias": _bias(to_number(detail.get(_BIAS))),
        "flash": _flash(detail.get(_FLASH)),
        "altitude": _altitude(gps),
        "software": clean_text(main.get(_SOFTWARE), 100),
        "artist": clean_text(main.get(_ARTIST), 200),
        "copyright": clean_text(main.get(_COPYRIGHT), 200),
    }
    return {name: text for name, text in found.items() if text}


def _measure(template: str, value: float | None) -> str:
    return template.format(f"{value:.6g}") if value is not None and 0 < value < 1e7 else ""


def _exposure(seconds: float | None) -> str:
    if seconds is None or not 0 < seconds < 1e6:
        return ""
    return f"{seconds:.3g} s" if seconds >= 0.3 else f"1/{round(1 / seconds)} s"


def _bias(steps: float | None) -> str:
    return f"{steps:+.2g} EV" if steps and abs(steps) < 20 else ""


def _flash(value: Any) -> str:
    if not isinstance(value, int):
        return ""
    return "fired" if value & 1 else "not fired"


def _altitude(gps: Tags) -> str:
    meters = to_number(gps.get(_ALTITUDE))
    if meters is None or not 0 < meters < 20_000:
        return ""
    below = gps.get(_ALTITUDE_REF) in (1, b"\x01")
    return f"{'-' if below else ''}{meters:.0f} m"
