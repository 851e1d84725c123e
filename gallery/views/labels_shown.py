"""Labels as the item page shows them: which at this confidence, and what a lower one adds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gallery.models import LabelState, MediaItem, MediaLabel
from gallery.queries import labels_on
from gallery.views.clock import clock

_ALWAYS, _NEVER = 100, -1
_NAMED = 4
_STEP = 5


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a video; ``clock`` is its start as people write it."""

    start_ms: int
    end_ms: int
    clock: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A label on an item. It is shown while the slider stands at ``shown_from`` or below."""

    media_label: MediaLabel
    shown_from: int
    shown: bool
    boxes: list[list[float]]
    spans: list[Span]

    @property
    def name(self) -> str:
        return self.media_label.label.name

    @property
    def percent(self) -> int:
        return math.floor(self.media_label.confidence)

    @property
    def confirmed(self) -> bool:
        return self.media_label.state == LabelState.CONFIRMED

    @property
    def own(self) -> bool:
        """True when the owner put the label there."""
        return self.media_label.source == "user"

    @property
    def parents(self) -> list[str]:
        return [parent.name for parent in self.media_label.label.parents.all()]


@dataclass(frozen=True, slots=True)
class LabelsShown:
    """Every label of an item, sorted into shown, waiting below the slider, and rejected."""

    minimum: int
    chips: list[Chip]
    rejected: list[MediaLabel]

    @property
    def count(self) -> int:
        return sum(chip.shown for chip in self.chips)

    @property
    def lower(self) -> int | None:
        """The next confidence, a multiple of five, at which more would be shown."""
        return next_lower(self.minimum, [chip.shown_from for chip in self.chips])

    @property
    def summary(self) -> str:
        """Like "55: 7 labels · at 40 you would also see Grass, Fence"."""
        noun = "label" if self.count == 1 else "labels"
        start = f"{self.minimum}: {self.count} {noun}"
        if self.lower is None:
            return start
        added = [c.name for c in self.chips if self.lower <= c.shown_from < self.minimum]
        return f"{start} · at {self.lower} you would also see {_listed(added)}"


def labels_shown(item: MediaItem, minimum: int) -> LabelsShown:
    """Read the item's labels and decide which are shown at ``minimum``."""
    rows = list(labels_on(item))
    kept = [row for row in rows if row.state != LabelState.REJECTED]
    chips = [_chip(row, minimum) for row in kept]
    return LabelsShown(
        minimum=minimum,
        chips=[chip for chip in chips if chip.shown_from > _NEVER],
        rejected=[row for row in rows if row.state == LabelState.REJECTED],
    )


def next_lower(minimum: int, shown_from: Sequence[int]) -> int | None:
    """The highest multiple of five below ``minimum`` that shows more; None when none does."""
    below = [value for value in shown_from if 0 <= value < minimum]
    return max(below) // _STEP * _STEP if below else None


def _chip(row: MediaLabel, minimum: int) -> Chip:
    shown_from = _shown_from(row)
    return Chip(
        media_label=row,
        shown_from=shown_from,
        shown=shown_from >= minimum,
        boxes=[found["box"] for found in row.instances],
        spans=[Span(m["start_ms"], m["end_ms"], clock(m["start_ms"])) for m in row.moments],
    )


def _shown_from(row: MediaLabel) -> int:
    if row.state == LabelState.CONFIRMED:
        return _ALWAYS
    threshold = row.label.threshold
    if threshold is not None:
        return _ALWAYS if row.confidence >= threshold else _NEVER
    return math.floor(row.confidence)


def _listed(names: list[str]) -> str:
    rest = len(names) - _NAMED
    listed = ", ".join(names[:_NAMED])
    return f"{listed} and {rest} more" if rest > 0 else listed
