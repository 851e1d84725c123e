"""Which frames of a video are looked at for labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gallery.models import Rendition
from gallery.types import DetectedLabel
from workers.moments import Frame


@dataclass(frozen=True, slots=True)
class Stretch:
    """What of a video one frame stands for, in milliseconds."""

    start_ms: int
    end_ms: int

    def seen(self, labels: Sequence[DetectedLabel]) -> Frame:
        return Frame(self.start_ms, self.end_ms, tuple(labels))


def looked_at(frames: Sequence[Rendition], most: int) -> list[tuple[Rendition, Stretch]]:
    """At most ``most`` frames, evenly spread; each stands for its neighbors' stretches, too."""
    count = min(most, len(frames))
    bounds = [i * len(frames) // count for i in range(count + 1)] if count else []
    groups = [frames[first:last] for first, last in pairwise(bounds)]
    return [
        (group[len(group) // 2], Stretch(group[0].start_ms or 0, group[-1].end_ms or 0))
        for group in groups
    ]
