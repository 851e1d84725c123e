"""From the networks' numbers to confidences that mean what they say.

The curves are data, fitted on labelled pictures by ``bench/quality_fit.py``;
docs/labels.md shows how well they hold.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("data") / "calibration.json"
# No network is ever surer than this.
CEILING = 0.995


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising line through points: from a score to a probability, both 0-1."""

    scores: tuple[float, ...]
    chances: tuple[float, ...]

    def __call__(self, score: float) -> float:
        """Return the probability that something scored like this is right."""
        i = bisect_right(self.scores, score)
        if i == 0:
            return 0.0
        if i == len(self.scores):
            return self.chances[-1]
        share = (score - self.scores[i - 1]) / (self.scores[i] - self.scores[i - 1])
        return self.chances[i - 1] + share * (self.chances[i] - self.chances[i - 1])


@dataclass(frozen=True, slots=True)
class Calibration:
    """One curve a source: whole-picture kinds, broader kinds, and objects with a box.

    ``shown`` corrects what comes out when they are put together: sources err
    together, and the best of several is picked.
    """

    leaf: Curve
    broad: Curve
    object: Curve
    shown: Curve = Curve((0.0, 1.0), (0.0, 1.0))


@lru_cache(maxsize=1)
def load_calibration() -> Calibration:
    """Return the fitted curves, read once a process."""
    curves: dict[str, list[tuple[float, float]]] = json.loads(DATA.read_text(encoding="utf-8"))
    return Calibration(**{name: curve_through(points) for name, points in curves.items()})


def curve_through(points: Sequence[tuple[float, float]]) -> Curve:
    """Return the curve through (score, chance) points, lowest score first."""
    return Curve(tuple(score for score, _ in points), tuple(chance for _, chance in points))


def either(chances: list[float]) -> float:
    """Return the probability that at least one of several sources is right."""
    wrong = 1.0
    for chance in chances:
        wrong *= 1.0 - chance
    return min(CEILING, 1.0 - wrong)
