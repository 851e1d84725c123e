"""What a picture shows as a whole: one of a thousand kinds, seen from several views."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from workers.analyzers.local.pictures import Floats, Pixels, as_pixels
from workers.analyzers.local.sessions import open_session

SIDE = 260
# The network was trained on crops of the middle that leave out this much of the short side.
MARGIN = 32
MODEL_FILE = "classifier.onnx"


class Classifier:
    """EfficientNet-Lite2 over a whole picture and its parts."""

    def __init__(self, models_dir: Path, threads: int) -> None:
        """Load the model; raises ModelMissingError."""
        self._session = open_session(models_dir / MODEL_FILE, threads)

    def probabilities(self, picture: Image.Image) -> Floats:
        """Return views x 1000 probabilities: the middle, the whole, then further views."""
        batch = np.stack(views(picture))
        (answer,) = self._session.run(["prob"], {"image": batch})
        return np.asarray(answer, dtype=np.float64)


def views(picture: Image.Image) -> list[Pixels]:
    """Return the views of a picture, each SIDE x SIDE x 3.

    The middle as in training, the whole picture stretched, the middle in a
    mirror, and the two ends of the long side, where a second subject may be.
    """
    middle = _square(picture, 0.5, SIDE + MARGIN)
    ends = [_square(picture, place, SIDE) for place in (0.0, 1.0)]
    return [
        middle,
        as_pixels(picture, (SIDE, SIDE)),
        np.ascontiguousarray(middle[:, ::-1]),
        *ends,
    ]


def _square(picture: Image.Image, place: float, short_side: int) -> Pixels:
    """Cut a square, ``place`` of the way along, after scaling the short side."""
    scale = min(picture.size) / short_side
    side = SIDE * scale
    left = (picture.width - side) * (place if picture.width > picture.height else 0.5)
    top = (picture.height - side) * (place if picture.height > picture.width else 0.5)
    box = (left, top, left + side, top + side)
    cut = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box, reducing_gap=3.0)
    return np.asarray(cut, dtype=np.uint8)
