"""Circles on the Earth as terms of an index, the same for every engine.

Space is cut into cubes, each level into eighths of the one before; a position is kept as the
names of the cubes that it lies in. A circle is the set of cubes that make it up: large ones
inside, small ones along its edge. Neither the poles nor the date line are special to cubes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

EARTH_M = 6_371_009
# Cubes have edges of 199 km at COARSEST and of 24 m at FINEST.
COARSEST, FINEST = 6, 19
MIN_RADIUS_M = 100
MAX_RADIUS_M = 20_000_000
# The edge of a circle is drawn with cubes of at most this part of its radius.
_SHARPNESS = 50

Floats = NDArray[np.floating[Any]]
Cubes = NDArray[np.int64]


def cells_of(latitude: float, longitude: float) -> tuple[str, ...]:
    """Return the names of the cubes that a position (in degrees) lies in, the largest first.

    What is no position lies in none.
    """
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return ()
    last = 2**FINEST - 1
    x, y, z = (
        min(int((value + 1) * 2 ** (FINEST - 1)), last) for value in _direction(latitude, longitude)
    )
    name = "".join(
        str(4 * (x >> bit & 1) + 2 * (y >> bit & 1) + (z >> bit & 1))
        for bit in range(FINEST - 1, -1, -1)
    )
    return tuple(name[:level] for level in range(COARSEST, FINEST + 1))


def circle(latitude: float, longitude: float, radius_m: int) -> frozenset[str]:
    """Return the names of the cubes that make up a circle: some 1,000 to 5,000 of them.

    Its edge is exact to a fiftieth of the radius, or to 20 m.
    """
    center = np.array(_direction(latitude, longitude))
    angle = min(radius_m / EARTH_M, math.pi)
    reach = 2 * math.sin(angle / 2)
    finest = math.ceil(math.log2(2 * _SHARPNESS / angle))
    finest = min(max(finest, COARSEST), FINEST)
    names: set[str] = set()
    cubes = np.zeros((1, 3), dtype=np.int64)
    paths = np.zeros(1, dtype=np.int64)
    for level in range(1, finest + 1):
        cubes, paths = _eighths(cubes, paths)
        kept, inside = _held(cubes, level, center, reach)
        if level == finest:
            inside = kept & _is_mostly_inside(cubes, level, center, reach)
        if level >= COARSEST:
            names.update(f"{path:0{level}o}" for path in paths[inside].tolist())
            kept &= ~inside
        cubes, paths = cubes[kept], paths[kept]
    return frozenset(names)


def is_within(latitude: float, longitude: float, cells: frozenset[str]) -> bool:
    """True for a position in a circle, as an engine would find it."""
    return not cells.isdisjoint(cells_of(latitude, longitude))


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return meters between two positions (in degrees) along the surface."""
    chord = math.dist(_direction(*one), _direction(*other))
    return 2 * EARTH_M * math.asin(min(chord / 2, 1.0))


def spoken_m(meters: float) -> str:
    """Return a distance as one would say it: 850 m, 3.4 km, 12 km."""
    if meters < 1_000:
        return f"{meters:.0f} m"
    return f"{meters / 1_000:.1f} km" if meters < 10_000 else f"{meters / 1_000:,.0f} km"


def _direction(latitude: float, longitude: float) -> tuple[float, float, float]:
    """Return the position as a vector of length 1 from the middle of the Earth."""
    lat, lon = math.radians(latitude), math.radians(longitude)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _eighths(cubes: Cubes, paths: NDArray[np.int64]) -> tuple[Cubes, NDArray[np.int64]]:
    corners = np.array([[n >> 2 & 1, n >> 1 & 1, n & 1] for n in range(8)], dtype=np.int64)
    parts = (cubes[:, None, :] * 2 + corners[None, :, :]).reshape(-1, 3)
    return parts, (paths[:, None] * 8 + np.arange(8)[None, :]).reshape(-1)


def _held(
    cubes: Cubes, level: int, center: Floats, reach: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which cubes hold a part of the circle, and which hold nothing else of the surface."""
    half = 2.0**-level
    middles = _middles(cubes, level)
    lowest, highest = _distances(middles, half)
    is_surface = (lowest <= 1) & (highest >= 1)
    nearest, farthest = _distances(middles - center, half)
    return is_surface & (nearest <= reach), is_surface & (farthest <= reach)


def _is_mostly_inside(cubes: Cubes, level: int, center: Floats, reach: float) -> NDArray[np.bool_]:
    """Return of which cubes the middle, moved to the surface, lies in the circle."""
    middles = _middles(cubes, level)
    on_surface: Floats = middles / np.linalg.norm(middles, axis=1, keepdims=True)
    inside: NDArray[np.bool_] = np.linalg.norm(on_surface - center, axis=1) <= reach
    return inside


def _middles(cubes: Cubes, level: int) -> Floats:
    middles: Floats = (cubes + 0.5) * 2.0 ** (1 - level) - 1
    return middles


def _distances(middles: Floats, half: float) -> tuple[Floats, Floats]:
    """Return how near to and how far from the origin the cubes around ``middles`` reach."""
    away = np.abs(middles)
    nearest: Floats = np.linalg.norm(np.maximum(away - half, 0), axis=1)
    farthest: Floats = np.linalg.norm(away + half, axis=1)
    return nearest, farthest
