"""What stands after ``near:``: a town or a position, and how far around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.gazetteer import Town, towns_named
from search.geocells import MAX_RADIUS_M, MIN_RADIUS_M
from search.types import Near, Notice

DEFAULT_RADIUS_M = 25_000
# "san lorenzo de el escorial, 20 km"
MAX_NAME_WORDS = 7
# A hamlet of the same name is no reason to ask which was meant.
_COMPARABLE = 0.01

_UNITS = {"km": 1_000, "mi": 1_609.344, "m": 1, "": 1_000}
_RADIUS = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)\s*(km|mi|m|)", re.IGNORECASE)
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?")


def read_near(raw: str) -> tuple[Near | None, list[Notice]]:
    """Read ``lisbon``, ``paris, texas, 20km`` or ``38.7,-9.1,5mi``; None when it is none of these.

    Of several towns of a name it is the one with most people, and a notice says so.
    """
    parts = [part.strip() for part in raw.split(",")]
    if _DEGREES.fullmatch(parts[0]):
        return _around_position(raw, parts)
    towns, radius_m, notices = _read_town(raw)
    if not towns:
        return None, []
    town = towns[0]
    near = Near(raw, town.latitude, town.longitude, radius_m, town.full_name)
    others = [other for other in towns[1:] if other.people >= town.people * _COMPARABLE]
    return near, [*notices, *_which(town, len(others))]


def _read_town(raw: str) -> tuple[tuple[Town, ...], int, list[Notice]]:
    """Return the towns of the name, the largest first, and how far around them is meant."""
    parts = [part.strip() for part in raw.split(",")]
    radius_m, notices = DEFAULT_RADIUS_M, list[Notice]()
    if len(parts) > 1 and (match := _RADIUS.fullmatch(parts[-1])):
        radius_m, notices = _radius(match)
        parts = parts[:-1]
    return towns_named(",".join(parts)), radius_m, notices


def longest_place(words: Sequence[str]) -> tuple[int, list[Notice]]:
    """Return how many of the ``words``, from the first on, are a place: two of ``new york``.

    It is one where no more of them are. Where the first by itself is a larger place, as in ``york
    beach``, a notice says how to mean that.
    """
    for size in range(len(words), 1, -1):
        town = _town(" ".join(words[:size]))
        if town is None:
            continue
        other = None if "," in words[0] else _town(words[0])
        if other is None or other.people <= town.people:
            return size, []
        message = f'Near {town.full_name}; for {other.full_name} write near:"{words[0]}".'
        return size, [Notice("which-place", message)]
    return 1, []


def _town(raw: str) -> Town | None:
    towns, _, _ = _read_town(raw)
    return towns[0] if towns else None


def _around_position(raw: str, parts: list[str]) -> tuple[Near | None, list[Notice]]:
    radius_m, notices = DEFAULT_RADIUS_M, list[Notice]()
    match = _RADIUS.fullmatch(parts[2]) if len(parts) == 3 else None
    is_whole = len(parts) == 2 or match is not None
    if not is_whole or not _DEGREES.fullmatch(parts[1]):
        return None, []
    latitude, longitude = float(parts[0]), float(parts[1])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None, []
    if match:
        radius_m, notices = _radius(match)
    return Near(raw, latitude, longitude, radius_m, f"{latitude:g}, {longitude:g}"), notices


def _radius(match: re.Match[str]) -> tuple[int, list[Notice]]:
    asked = round(float(match[1]) * _UNITS[match[2].lower()])
    radius_m = min(max(asked, MIN_RADIUS_M), MAX_RADIUS_M)
    if radius_m == asked:
        return radius_m, []
    shown = f"{MIN_RADIUS_M} m" if asked < radius_m else f"{MAX_RADIUS_M // 1000:,} km"
    return radius_m, [Notice("radius", f"{match[0]} became {shown}.")]


def _which(town: Town, others: int) -> list[Notice]:
    if not others:
        return []
    rest = f"{others} smaller places have" if others > 1 else "a smaller place has"
    message = f"Near {town.full_name}; {rest} this name, too: add the region or country."
    return [Notice("which-place", message)]
