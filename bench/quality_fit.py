"""Fits the confidence curves on pictures of known content, and tests them on others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from bench.quality_truth import LabeledPicture
from gallery.taxonomy import Taxonomy
from workers.analyzers.local.calibration import Calibration, Curve, curve_through
from workers.analyzers.local.evidence import gather
from workers.analyzers.local.labels import chances

EDGES = {
    "leaf": (0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.01),
    "broad": (0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.01),
    "object": (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 1.01),
}
SHOWN_EDGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.01)
# The class pictures may have been in the classifier's training: they count less.
TRAINING_WEIGHT = 0.5
# Belief before any picture: this many wrong and right ones a stretch.
PRIOR_WRONG = 0.7
PRIOR_RIGHT = 0.3
FOLDS = 5

Answers = dict[str, Any]
Sample = tuple[float, bool, float]


@dataclass(slots=True)
class _Stretch:
    score: float
    right: float
    weight: float

    @property
    def chance(self) -> float:
        return (self.right + PRIOR_RIGHT) / (self.weight + PRIOR_RIGHT + PRIOR_WRONG)


def fit(pictures: list[LabeledPicture], raw: Answers, taxonomy: Taxonomy) -> Calibration:
    """Return curves fitted on these pictures; ``raw`` maps paths to raw answers."""
    samples: dict[str, list[Sample]] = defaultdict(list)
    for picture in pictures:
        known = picture.group != "photo" and picture.group != "coco"
        weight = TRAINING_WEIGHT if known else 1.0
        for seen in gather(raw[str(picture.path)], taxonomy):
            right = seen.label.name in picture.true
            samples["leaf"].append((seen.leaf, right, weight))
            if seen.rolled_up > seen.leaf:
                samples["broad"].append((seen.rolled_up, right, weight))
            if seen.boxes:
                samples["object"].append((max(score for _, score in seen.boxes), right, 1.0))
    curves = Calibration(**{name: _curve(samples[name], edges) for name, edges in EDGES.items()})
    return replace(curves, shown=_fit_shown(pictures, raw, taxonomy, curves))


def _fit_shown(
    pictures: list[LabeledPicture], raw: Answers, taxonomy: Taxonomy, curves: Calibration
) -> Curve:
    """Fit the last curve on what the others make of the same pictures, put together."""
    samples: list[Sample] = []
    for picture in pictures:
        seen = gather(raw[str(picture.path)], taxonomy)
        known = picture.group != "photo" and picture.group != "coco"
        weight = TRAINING_WEIGHT if known else 1.0
        samples += [
            (chance, name in picture.true, weight) for name, chance in chances(seen, curves).items()
        ]
    return _curve(samples, SHOWN_EDGES)


def folds(
    pictures: list[LabeledPicture],
) -> list[tuple[list[LabeledPicture], list[LabeledPicture]]]:
    """Return (to fit on, to test on) pairs that test each picture once."""
    return [
        ([p for i, p in enumerate(pictures) if i % FOLDS != fold], pictures[fold::FOLDS])
        for fold in range(FOLDS)
    ]


def as_points(curve: Curve) -> list[list[float]]:
    """Return a curve as it is stored."""
    return [[round(s, 3), round(c, 3)] for s, c in zip(curve.scores, curve.chances, strict=True)]


def _curve(samples: list[Sample], edges: tuple[float, ...]) -> Curve:
    stretches: list[_Stretch] = []
    for low, high in pairwise(edges):
        inside = [sample for sample in samples if low <= sample[0] < high]
        weight = sum(sample[2] for sample in inside)
        if weight:
            right = sum(sample[2] for sample in inside if sample[1])
            score = sum(sample[0] * sample[2] for sample in inside) / weight
            stretches.append(_Stretch(score, right, weight))
            _pool(stretches)
    points = [(stretch.score, stretch.chance) for stretch in stretches]
    return curve_through([(edges[0], points[0][1] / 2), *points])


def _pool(stretches: list[_Stretch]) -> None:
    """Join neighbors until chances rise (pool adjacent violators)."""
    while len(stretches) > 1 and stretches[-2].chance >= stretches[-1].chance:
        last, before = stretches.pop(), stretches.pop()
        weight = last.weight + before.weight
        score = (last.score * last.weight + before.score * before.weight) / weight
        stretches.append(_Stretch(score, last.right + before.right, weight))
