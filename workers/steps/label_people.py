"""A second look at photos with people, where it is wanted: how many, and how they look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gallery.models import MediaItem
from gallery.services.labeling import label_key
from gallery.types import DetectedLabel
from workers.engines import face_analyzer
from workers.results import LABELS, answer
from workers.steps.pictures import as_input, pictures_to_label

_PEOPLE = frozenset({"person", "people", "face", "head", "portrait", "selfie"})
_SURE_ENOUGH = 50.0


def with_people(item: MediaItem, labels: Sequence[DetectedLabel]) -> list[DetectedLabel]:
    """The labels with those of faces among them; raises AnalyzerError.

    Photos on which the first look saw nobody are not paid for again.
    """
    analyzer = face_analyzer()
    if analyzer is None or not shows_people(labels):
        return list(labels)
    found = list(labels)
    for rendition in pictures_to_label(item):
        with as_input(rendition) as picture:
            raw, _ = answer(item, analyzer, LABELS, picture)
        found += analyzer.labels_from_raw(raw)
    return _joined(found)


def shows_people(labels: Iterable[DetectedLabel]) -> bool:
    """Whether the first look saw somebody."""
    return any(
        label.confidence >= _SURE_ENOUGH and label_key(label.name) in _PEOPLE for label in labels
    )


def _joined(labels: Iterable[DetectedLabel]) -> list[DetectedLabel]:
    """One label a name: what the first look left open, boxes above all, the second tells."""
    joined: dict[str, DetectedLabel] = {}
    for label in labels:
        known = joined.get(label_key(label.name), label)
        joined[label_key(label.name)] = replace(
            known,
            confidence=max(known.confidence, label.confidence),
            aliases=known.aliases or label.aliases,
            instances=known.instances or label.instances,
        )
    return list(joined.values())
