"""Name the town at a position, from a table of the world's towns and without a network."""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gallery.types import Coordinates, Place

_EARTH_KM = 6371.0
_FARTHEST_KM = 50.0
# A town of a million people reaches about 6 km from its center, and area grows with people.
_REACH_KM = 0.006
_SMALLEST_REACH_KM = 0.2

Numbers = NDArray[np.float64]


class PlaceIndex:
    """Finds the town that a position belongs to; read-only, so threads may share it.

    ``table`` is a gzipped CSV with the columns lat, lon, city, region, country_code, country and
    population.
    """

    def __init__(self, table: Path | str) -> None:
        with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self._places = [_place(row) for row in rows]
        self._directions = _directions(
            np.array([float(row["lat"]) for row in rows]),
            np.array([float(row["lon"]) for row in rows]),
        )
        people = np.array([float(row["population"] or 0) for row in rows])
        self._reach: Numbers = np.maximum(_REACH_KM * np.sqrt(people), _SMALLEST_REACH_KM)

    def locate(self, position: Coordinates) -> Place | None:
        """Return the place; None beyond 50 km of any town, and for the zero of an empty tag.

        A town counts as far as its size lets it reach. Where several reach the position, the
        one whose middle is nearer in proportion wins, so a landmark belongs to the city and not
        to the suburb whose town hall happens to be closer.
        """
        if abs(position.latitude) < 1e-4 and abs(position.longitude) < 1e-4:
            return None
        here = _directions(np.array([position.latitude]), np.array([position.longitude]))[0]
        closeness = self._directions @ here
        near = np.flatnonzero(closeness >= np.cos(_FARTHEST_KM / _EARTH_KM))
        if not near.size:
            return None
        distance = np.arccos(np.clip(closeness[near], -1.0, 1.0)) * _EARTH_KM
        reach = self._reach[near]
        inside = distance <= reach
        cost = np.where(inside, distance / reach - 2.0, distance - reach)
        return self._places[int(near[np.argmin(cost)])]


def _place(row: dict[str, str]) -> Place:
    names = (row["city"], row["region"], row["country"], row["country_code"])
    return Place(*map(sys.intern, names))


def _directions(latitudes: Numbers, longitudes: Numbers) -> Numbers:
    """Return unit vectors from the middle of the Earth, one a row."""
    lat, lon = np.radians(latitudes), np.radians(longitudes)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
