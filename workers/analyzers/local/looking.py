"""Looks at one picture with both networks; runs in the engine process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from workers.analyzers.local.classifier import Classifier
from workers.analyzers.local.detector import Detector
from workers.analyzers.local.pictures import Floats, open_picture

MAX_SIDE = 1280
# Below this a class says nothing; what is left is kept for later re-grouping.
LEAF_FLOOR = 0.002
MAX_LEAVES = 60
# The middle, the whole, the mirror image, and the two ends of the long side.
VIEW_WEIGHTS = np.array([0.25, 0.25, 0.2, 0.15, 0.15])


class Looker:
    """Classifier and detector together."""

    def __init__(self, models_dir: Path, threads: int) -> None:
        """Load both models; raises ModelMissingError."""
        self._classifier = Classifier(models_dir, threads)
        self._detector = Detector(models_dir, threads)

    def look(self, path: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the raw answer: leaf probabilities and detections; raises PictureError."""
        picture = open_picture(path, MAX_SIDE)
        return {
            "width": picture.width,
            "height": picture.height,
            "leaves": leaves(self._classifier.probabilities(picture)),
            "detections": self._detections(picture),
        }

    def _detections(self, picture: Image.Image) -> list[list[float]]:
        return [
            [seen.kind, round(seen.score, 4), box.left, box.top, box.width, box.height]
            for seen in self._detector.detect(picture)
            for box in [seen.box.clipped()]
        ]


def leaves(probabilities: Floats) -> list[list[float]]:
    """Return ``[class, probability]`` pairs, the likeliest first."""
    mean = VIEW_WEIGHTS @ probabilities
    best = np.argsort(-mean)[:MAX_LEAVES]
    return [[int(i), round(float(mean[i]), 4)] for i in best if mean[i] >= LEAF_FLOOR]
