"""What Rekognition says, as our values: every part bounded, and what makes no sense left out."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from gallery.types import Box, DetectedLabel, Instance

MAX_LABELS = 1000
_MAX_NAMES = 20
_MAX_CATEGORIES = 3
_MAX_INSTANCES = 100
_MAX_NAME = 100


def labels_of(answer: Mapping[str, Any]) -> tuple[DetectedLabel, ...]:
    """The labels of a DetectLabels answer, each name once, the surest first."""
    best: dict[str, DetectedLabel] = {}
    for entry in entries(answer, "Labels", MAX_LABELS):
        label = label_of(entry)
        if label and (label.name not in best or best[label.name].confidence < label.confidence):
            best[label.name] = label
    return tuple(sorted(best.values(), key=lambda label: -label.confidence))


def label_of(entry: Mapping[str, Any]) -> DetectedLabel | None:
    """One label, or None where name or confidence are missing."""
    name, sure = clean_name(entry.get("Name")), confidence(entry.get("Confidence"))
    if not name or not sure:
        return None
    return DetectedLabel(
        name=name,
        confidence=sure,
        parents=_names(entry, "Parents", _MAX_NAMES),
        aliases=_names(entry, "Aliases", _MAX_NAMES),
        categories=_names(entry, "Categories", _MAX_CATEGORIES),
        instances=tuple(_instances(entry)),
    )


def _instances(entry: Mapping[str, Any]) -> Iterator[Instance]:
    for found in entries(entry, "Instances", _MAX_INSTANCES):
        box = box_of(found.get("BoundingBox"))
        if box:
            yield Instance(box, confidence(found.get("Confidence")) or 0.0)


def box_of(found: Any) -> Box | None:
    """The part of a BoundingBox that lies on the picture; None where nothing does."""
    if not isinstance(found, Mapping):
        return None
    sides = [number(found.get(side)) for side in ("Left", "Top", "Width", "Height")]
    if any(side is None for side in sides):
        return None
    box = Box(*(side for side in sides if side is not None)).clipped()
    return box if box.width > 0 and box.height > 0 else None


def confidence(value: Any) -> float | None:
    """A confidence between 0 and 100, to two places; None for what is none."""
    found = number(value)
    return None if found is None else round(min(max(found, 0.0), 100.0), 2)


def number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def entries(found: Any, name: str, most: int) -> list[Mapping[str, Any]]:
    """The mappings in the list of this name, ``most`` of them."""
    listed = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(listed, list):
        return []
    return [entry for entry in listed[:most] if isinstance(entry, Mapping)]


def clean_name(value: Any) -> str:
    """A name without control characters, of at most 100 characters."""
    if not isinstance(value, str):
        return ""
    plain = "".join(c for c in value[:1000] if unicodedata.category(c) not in ("Cc", "Cs"))
    return plain.strip()[:_MAX_NAME].strip()


def _names(entry: Mapping[str, Any], kind: str, most: int) -> tuple[str, ...]:
    found = (clean_name(part.get("Name")) for part in entries(entry, kind, most))
    return tuple(dict.fromkeys(name for name in found if name))


def version_of(answer: Mapping[str, Any], field: str = "LabelModelVersion") -> str:
    """The version of the provider's model, as it says."""
    return clean_name(answer.get(field)) or "unknown"
