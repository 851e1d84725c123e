"""Labels of a picture by Rekognition's DetectLabels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gallery.types import DetectedLabel
from workers.analyzers.base import AnalyzerInput, Completed
from workers.analyzers.rekognition_answers import labels_of, version_of
from workers.analyzers.rekognition_calls import NAME, PROVIDER, RekognitionCalls


class RekognitionLabelAnalyzer:
    """Asks once at a low confidence; what is shown is decided later, at no cost."""

    name = NAME
    provider = PROVIDER
    operation = "DetectLabels"

    def __init__(self, calls: RekognitionCalls, *, max_labels: int, min_confidence: int) -> None:
        """``max_labels`` is 1-1000, ``min_confidence`` 0-100."""
        self._calls = calls
        self._asked = {"MaxLabels": max_labels, "MinConfidence": float(min_confidence)}

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""
        return self._asked

    def analyze(self, picture: AnalyzerInput) -> Completed:
        """Return the labels of one picture; raises AnalyzerError."""
        raw = self._calls.see("detect_labels", picture, self._asked, finds="Labels")
        return Completed(
            raw=raw, model_version=version_of(raw), labels=tuple(self.labels_from_raw(raw)), units=1
        )

    def labels_from_raw(self, raw: Mapping[str, Any]) -> Sequence[DetectedLabel]:
        """Rebuild labels from a kept raw answer; pure, offline."""
        return labels_of(raw)
