"""Read positions out of metadata; None for missing, impossible and zero ones."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from gallery.types import Coordinates

_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_XMP_POSITION = re.compile(
    r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])"
)
_ISO_6709 = re.compile(r"([+-]\d{1,7}(?:\.\d{1,12})?)([+-]\d{1,8}(?:\.\d{1,12})?)")


def to_number(value: Any) -> float | None:
    """Return a finite float of a number, a rational or a fraction such as ``1/250``."""
    if isinstance(value, tuple) and value:
        value = value[0]
    try:
        if isinstance(value, str) and "/" in value:
            above, below = value.split("/", 1)
            number = float(above) / float(below)
        else:
            number = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return number if math.isfinite(number) else None


def make_coordinates(latitude: float | None, longitude: float | None) -> Coordinates | None:
    """Return the position; None when it lies off the globe or is the zero of an empty tag."""
    if latitude is None or longitude is None:
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    if abs(latitude) < 1e-4 and abs(longitude) < 1e-4:
        return None
    return Coordinates(round(latitude, 6), round(longitude, 6))


def exif_coordinates(gps: Mapping[int, Any]) -> Coordinates | None:
    """Read the GPS directory of EXIF."""
    return make_coordinates(
        _from_degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), "S"),
        _from_degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), "W"),
    )


def _from_degrees(parts: Any, reference: Any, negative: str) -> float | None:
    """Add degrees, minutes and seconds; a camera without a fix writes no direction."""
    direction = reference.strip("\0 ").upper() if isinstance(reference, str) else ""
    if not isinstance(parts, tuple) or not parts or not direction:
        return None
    numbers = [to_number(part) for part in parts[:3]]
    if numbers[0] is None:
        return None
    value = sum((number or 0.0) / 60.0**power for power, number in enumerate(numbers))
    return -value if direction[:1] == negative else value


def xmp_coordinates(latitude: str, longitude: str) -> Coordinates | None:
    """Read XMP positions such as ``50,5.375N`` or plain degrees."""
    return make_coordinates(_from_xmp(latitude), _from_xmp(longitude))


def _from_xmp(value: str) -> float | None:
    match = _XMP_POSITION.fullmatch(value.strip())
    if not match:
        return to_number(value)
    degrees = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -degrees if match[4] in "SW" else degrees


def iso6709_coordinates(value: str) -> Coordinates | None:
    """Read a video's location such as ``+48.8577+002.295+035.2/``."""
    match = _ISO_6709.match(value.strip())
    if not match:
        return None
    return make_coordinates(_from_iso6709(match[1], 2), _from_iso6709(match[2], 3))


def _from_iso6709(text: str, degree_digits: int) -> float | None:
    """Read degrees with decimals, or degrees and minutes (and seconds) run together."""
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    whole = digits.split(".")[0]
    if len(whole) <= degree_digits:
        return sign * float(digits)
    minutes = digits[degree_digits:]
    degrees = int(digits[:degree_digits])
    if len(whole) <= degree_digits + 2:
        return sign * (degrees + float(minutes) / 60)
    return sign * (degrees + int(minutes[:2]) / 60 + float(minutes[2:]) / 3600)
