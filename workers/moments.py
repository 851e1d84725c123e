"""From labels of single frames to labels of a video, each with its moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gallery.types import DetectedLabel, Moment


@dataclass(frozen=True, slots=True)
class Frame:
    """The labels of one sampled frame and the stretch (ms) that it stands for."""

    start_ms: int
    end_ms: int
    labels: tuple[DetectedLabel, ...]


def merge_frames(frames: Sequence[Frame]) -> list[DetectedLabel]:
    """One label a name: its best confidence, and neighboring stretches joined.

    Boxes are left out: they are true of one frame only.
    """
    best: dict[str, DetectedLabel] = {}
    moments: dict[str, list[Moment]] = {}
    for frame in sorted(frames, key=lambda frame: frame.start_ms):
        for label in frame.labels:
            if label.name not in best or label.confidence > best[label.name].confidence:
                best[label.name] = label
            _extend(moments.setdefault(label.name, []), frame, label.confidence)
    return [
        replace(label, instances=(), moments=tuple(moments[name])) for name, label in best.items()
    ]


def _extend(moments: list[Moment], frame: Frame, confidence: float) -> None:
    if moments and moments[-1].end_ms >= frame.start_ms:
        last = moments.pop()
        confidence = max(last.confidence, confidence)
        moments.append(Moment(last.start_ms, frame.end_ms, confidence))
        return
    moments.append(Moment(frame.start_ms, frame.end_ms, confidence))
