"""Text regions as four corners, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from gallery.types import Box
from workers.analyzers.local.pictures import Floats, Pixels

Point: TypeAlias = tuple[float, float]

# Regions higher than this many of their widths hold text that stands on end.
ON_END_RATIO = 1.5


@dataclass(frozen=True, slots=True)
class Quad:
    """A slanted rectangle in pixels: top left, top right, bottom right, bottom left."""

    corners: tuple[Point, Point, Point, Point]

    @classmethod
    def from_array(cls, corners: Floats) -> Quad:
        """Take 4 x 2 numbers."""
        a, b, c, d = ((float(x), float(y)) for x, y in corners)
        return cls((a, b, c, d))

    @property
    def width(self) -> float:
        a, b, c, d = (np.array(corner) for corner in self.corners)
        return float(max(np.linalg.norm(b - a), np.linalg.norm(c - d)))

    @property
    def height(self) -> float:
        a, b, c, d = (np.array(corner) for corner in self.corners)
        return float(max(np.linalg.norm(d - a), np.linalg.norm(c - b)))

    @property
    def is_on_end(self) -> bool:
        """Tell whether the text in it runs up or down, judging by its shape."""
        return self.height > ON_END_RATIO * self.width

    def lying(self) -> Quad:
        """Return the corners in the order in which text that runs down is read."""
        a, b, c, d = self.corners
        return Quad((b, c, d, a)) if self.is_on_end else self

    def part(self, start: float, end: float) -> Quad:
        """Return the piece between two ratios of the length."""
        a, b, c, d = self.corners
        top = _between(a, b, start), _between(a, b, end)
        return Quad((*top, _between(d, c, end), _between(d, c, start)))

    def box(self, width: int, height: int) -> Box:
        """Return the upright rectangle around it as ratios of a picture's size."""
        xs = [x / width for x, _ in self.corners]
        ys = [y / height for _, y in self.corners]
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).clipped()

    def cut(self, picture: Pixels) -> Pixels:
        """Return the region as an upright picture of its own."""
        width, height = max(1, round(self.width)), max(1, round(self.height))
        target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        mapping = cv2.getPerspectiveTransform(np.array(self.corners, np.float32), target)
        cut = cv2.warpPerspective(
            picture,
            mapping,
            (width, height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(cut, dtype=np.uint8)


def _between(start: Point, end: Point, place: float) -> Point:
    return (
        start[0] + (end[0] - start[0]) * place,
        start[1] + (end[1] - start[1]) * place,
    )


def turn_back(box: Box, rotation: int) -> Box:
    """Map a box of a picture that was turned clockwise by ``rotation`` onto the unturned one."""
    right, bottom = box.left + box.width, box.top + box.height
    if rotation == 90:
        turned = Box(box.top, 1.0 - right, box.height, box.width)
    elif rotation == 180:
        turned = Box(1.0 - right, 1.0 - bottom, box.width, box.height)
    elif rotation == 270:
        turned = Box(1.0 - bottom, box.left, box.height, box.width)
    else:
        turned = box
    return turned.clipped()
