"""Pictures as the engines want them: bounded, RGB, at a size of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Renditions are ours and small; a larger file here means that something went wrong.
MAX_PIXELS = 40_000_000

Pixels: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.floating[Any]]
Size: TypeAlias = tuple[int, int]


class PictureError(ValueError):
    """The picture cannot be read."""


def open_picture(path: Path, max_side: int) -> Image.Image:
    """Return the picture as RGB on white, its longer side at most ``max_side`` pixels.

    Raises PictureError for what is no picture or has more than MAX_PIXELS.
    """
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureError(f"{picture.width} x {picture.height} pixels are too many")
            picture.draft("RGB", (max_side, max_side))
            opaque = _on_white(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError(str(error)) from error
    if max(opaque.size) > max_side:
        opaque.thumbnail((max_side, max_side), Image.Resampling.BICUBIC)
    return opaque


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    ground = Image.new("RGBA", layers.size, "white")
    return Image.alpha_composite(ground, layers).convert("RGB")


def as_pixels(picture: Image.Image, size: Size | None = None) -> Pixels:
    """Return height x width x 3 bytes, stretched to ``size`` (width, height) if given."""
    if size is not None and picture.size != size:
        picture = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)
    return np.asarray(picture, dtype=np.uint8)
