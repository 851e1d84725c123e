"""Where things are: objects of eighty kinds with boxes, found at several scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from gallery.types import Box
from workers.analyzers.local.pictures import Floats, as_pixels
from workers.analyzers.local.sessions import open_session

SIDE = 512
CELLS = 128
MODEL_FILE = "detector.onnx"
SCORE_FLOOR = 0.1
MAX_PEAKS = 150
MAX_DETECTIONS = 60
SAME_OBJECT = 0.5
# Each tile spans this share of the width and of the height.
TILE = 0.62
# What touches a tile's inner edge by this many ratios of the tile is cut off there.
EDGE = 0.015
# Parts out of their surroundings are mistaken more often than whole pictures.
TILE_TRUST = 0.6


@dataclass(frozen=True, slots=True)
class Detection:
    """An object of the detector's class ``kind``; ``score`` is 0-1 and not calibrated."""

    kind: int
    score: float
    box: Box


class Detector:
    """CenterNet over the whole picture, its mirror image and overlapping tiles."""

    def __init__(self, models_dir: Path, threads: int) -> None:
        """Load the model; raises ModelMissingError."""
        self._session = open_session(models_dir / MODEL_FILE, threads)

    def detect(self, picture: Image.Image) -> list[Detection]:
        """Return the objects on a picture, the surest first."""
        mirrored = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        found = agree(self._look(picture), [_mirror(seen) for seen in self._look(mirrored)])
        for area in tiles():
            found += [
                _place(seen, area)
                for seen in self._look(_cut(picture, area))
                if not _is_cut_off(seen.box, area)
            ]
        return merge(found)

    def _look(self, picture: Image.Image) -> list[Detection]:
        pixels = as_pixels(picture, (SIDE, SIDE))[None]
        heat, reach = self._session.run(["heat", "wh"], {"image": pixels})
        return peaks(np.asarray(heat)[0], np.asarray(reach)[0])


def peaks(heat: Floats, reach: Floats) -> list[Detection]:
    """Turn kinds x cells x cells scores and 4 x cells x cells edge distances into objects.

    The distances (left, top, right, bottom) are pixels of the SIDE x SIDE input.
    """
    kinds, rows, columns = np.where(heat > SCORE_FLOOR)
    scores = heat[kinds, rows, columns]
    best = np.argsort(-scores)[:MAX_PEAKS]
    step = SIDE // CELLS
    return [
        Detection(
            int(kinds[i]),
            float(scores[i]),
            _box_around(columns[i] * step, rows[i] * step, reach[:, rows[i], columns[i]]),
        )
        for i in best
    ]


def _box_around(x: float, y: float, reach: Floats) -> Box:
    left, top, right, bottom = (float(value) for value in reach)
    return Box((x - left) / SIDE, (y - top) / SIDE, (left + right) / SIDE, (top + bottom) / SIDE)


def tiles() -> list[Box]:
    """Return the four overlapping corners that are looked at again, enlarged."""
    far = 1.0 - TILE
    return [Box(left, top, TILE, TILE) for top in (0.0, far) for left in (0.0, far)]


def _cut(picture: Image.Image, area: Box) -> Image.Image:
    left, top = area.left * picture.width, area.top * picture.height
    right, bottom = left + area.width * picture.width, top + area.height * picture.height
    return picture.crop((round(left), round(top), round(right), round(bottom)))


def _is_cut_off(box: Box, area: Box) -> bool:
    """Tell whether an object reaches an edge of its tile that is inside the picture."""
    return (
        (area.left > 0 and box.left < EDGE)
        or (area.top > 0 and box.top < EDGE)
        or (area.left + area.width < 1 and box.left + box.width > 1 - EDGE)
        or (area.top + area.height < 1 and box.top + box.height > 1 - EDGE)
    )


def _mirror(found: Detection) -> Detection:
    box = found.box
    return Detection(
        found.kind,
        found.score,
        Box(1.0 - box.left - box.width, box.top, box.width, box.height),
    )


def _place(found: Detection, area: Box) -> Detection:
    box = found.box
    placed = Box(
        area.left + box.left * area.width,
        area.top + box.top * area.height,
        box.width * area.width,
        box.height * area.height,
    )
    return Detection(found.kind, found.score * TILE_TRUST, placed)


def agree(one: Sequence[Detection], other: Sequence[Detection]) -> list[Detection]:
    """Join two looks at the same picture: a score is the mean of both.

    What only one of them saw has half its score.
    """
    rest = list(other)
    joined: list[Detection] = []
    for seen in one:
        twin = _twin(seen, rest)
        if twin:
            rest.remove(twin)
        score = (seen.score + (twin.score if twin else 0.0)) / 2
        joined.append(Detection(seen.kind, score, seen.box))
    return joined + [Detection(seen.kind, seen.score / 2, seen.box) for seen in rest]


def _twin(seen: Detection, others: Sequence[Detection]) -> Detection | None:
    """Return the same object as another look saw it."""
    alike = [other for other in others if other.kind == seen.kind]
    best = max(alike, key=lambda other: overlap(seen.box, other.box), default=None)
    return best if best and overlap(seen.box, best.box) > SAME_OBJECT else None


def merge(found: Sequence[Detection]) -> list[Detection]:
    """Keep each object once, as it was seen best, the surest first."""
    kept: list[Detection] = []
    for candidate in sorted(found, key=lambda seen: -seen.score):
        same = (other for other in kept if other.kind == candidate.kind)
        if not any(overlap(candidate.box, other.box) > SAME_OBJECT for other in same):
            kept.append(candidate)
    return kept[:MAX_DETECTIONS]


def overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share as a ratio of the area that they cover."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (one.width * one.height + other.width * other.height - shared)
