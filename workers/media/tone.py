"""Map colors of high dynamic range onto ordinary screens, as a table that filters apply."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PQ, HLG = 16, 18
"""The transfer functions in the numbers that videos carry (ITU-T H.273)."""

_STEPS = 33
_REFERENCE_WHITE = 203.0  # nits, ITU-R BT.2408
_HLG_PEAK = 1000.0
_KNEE = 0.6
_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)
_LUMINANCE = np.array([0.2627, 0.6780, 0.0593])

Colors = NDArray[np.float64]


def tone_map_file(transfer: int, folder: Path) -> Path:
    """Return the table for ``transfer`` in ``folder``, written there at first use."""
    path = folder / f"tone-map-{transfer}.cube"
    if not path.exists():
        lines = (f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in tone_map(transfer))
        path.write_text("\n".join([f"LUT_3D_SIZE {_STEPS}", *lines, ""]))
    return path


def tone_map(transfer: int) -> Colors:
    """Return the mapped colors of a regular grid, red changing fastest."""
    steps = np.linspace(0.0, 1.0, _STEPS)
    grid = np.array([(r, g, b) for b, g, r in itertools.product(steps, repeat=3)])
    light = _hlg_light(grid) if transfer == HLG else _pq_light(grid)
    linear = np.clip((light / _REFERENCE_WHITE) @ _TO_BT709.T, 0.0, None)
    # The brightest channel decides, so that compressed colors keep their hue.
    peak = np.maximum(linear.max(axis=1, keepdims=True), 1e-9)
    mapped: Colors = np.clip(linear * (_shoulder(peak) / peak), 0.0, 1.0) ** (1 / 2.2)
    return mapped


def _shoulder(value: Colors) -> Colors:
    """Leave dark and middle tones alone and bend everything brighter below one."""
    above = np.maximum(value - _KNEE, 0.0) / (1 - _KNEE)
    return np.where(value <= _KNEE, value, _KNEE + (1 - _KNEE) * (1 - np.exp(-above)))


def _pq_light(signal: Colors) -> Colors:
    """Return nits (SMPTE ST 2084)."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power = signal ** (1 / m2)
    light: Colors = 10_000.0 * (np.maximum(power - c1, 0.0) / (c2 - c3 * power)) ** (1 / m1)
    return light


def _hlg_light(signal: Colors) -> Colors:
    """Return nits on a display of ordinary peak (ITU-R BT.2100)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    bright = (np.exp((signal - c) / a) + b) / 12
    scene = np.where(signal <= 0.5, signal**2 / 3, bright)
    luminance = np.maximum(scene @ _LUMINANCE, 1e-9)[:, None]
    light: Colors = _HLG_PEAK * luminance**0.2 * scene
    return light
