"""Words on signs and things in photos, by Rekognition's DetectText."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gallery.types import TextLine, TextPage, Word
from workers.analyzers.base import AnalyzerInput, Completed
from workers.analyzers.rekognition_answers import box_of, confidence, entries, version_of
from workers.analyzers.rekognition_calls import NAME, PROVIDER, RekognitionCalls

_MAX_DETECTIONS = 1000
_MAX_LINE = 1000


class RekognitionTextAnalyzer:
    """Reads up to a hundred words of a photo; pages are for better readers."""

    name = NAME
    provider = PROVIDER
    operation = "DetectText"

    def __init__(self, calls: RekognitionCalls) -> None:
        self._calls = calls

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""
        return {"Operation": self.operation}

    def analyze(self, picture: AnalyzerInput) -> Completed:
        """Return one TextPage in ``pages``; raises AnalyzerError."""
        raw = self._calls.see("detect_text", picture, {}, finds="TextDetections")
        return Completed(
            raw={**raw, "Page": picture.page},
            model_version=version_of(raw, "TextModelVersion"),
            pages=(_page(raw, picture.page),),
            units=1,
        )

    def pages_from_raw(self, raw: Mapping[str, Any]) -> Sequence[TextPage]:
        """Rebuild pages from a kept raw answer; pure, offline."""
        number = raw.get("Page")
        return (_page(raw, number if isinstance(number, int) and number > 0 else 1),)


def _page(raw: Mapping[str, Any], number: int) -> TextPage:
    detections = entries(raw, "TextDetections", _MAX_DETECTIONS)
    words: dict[int, list[Word]] = {}
    for found in detections:
        parent, word = found.get("ParentId"), _word(found)
        if found.get("Type") == "WORD" and isinstance(parent, int) and word:
            words.setdefault(parent, []).append(word)
    lines = [_line(found, words) for found in detections if found.get("Type") == "LINE"]
    return TextPage(number, tuple(line for line in lines if line), source=NAME)


def _word(found: Mapping[str, Any]) -> Word | None:
    geometry = found.get("Geometry")
    box = box_of(geometry.get("BoundingBox")) if isinstance(geometry, Mapping) else None
    text, sure = found.get("DetectedText"), confidence(found.get("Confidence"))
    if box is None or sure is None or not isinstance(text, str) or not text.strip():
        return None
    return Word(text.strip()[:_MAX_LINE], sure, box)


def _line(found: Mapping[str, Any], words: Mapping[int, list[Word]]) -> TextLine | None:
    """A line is made of its words; where none came with it, it is its own."""
    whole, line_id = _word(found), found.get("Id")
    if whole is None:
        return None
    parts = words.get(line_id, []) if isinstance(line_id, int) else []
    parts = parts or [Word(part, whole.confidence, whole.box) for part in whole.text.split()]
    text = " ".join(part.text for part in parts)
    return TextLine(text, whole.confidence, whole.box, tuple(parts))
