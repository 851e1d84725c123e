"""Pictures as Rekognition takes them: a JPEG, upright, neither too small nor too large."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from workers.analyzers.base import AnalyzerError

MAX_BYTES = 5 * 2**20
MIN_SIDE = 80
LONG_SIDE = 2048
# Renditions are far smaller; whatever is larger is not one of ours.
_MAX_FILE_BYTES = 64 * 2**20
_MAX_PIXELS = 50_000_000
_FORMATS = ("WEBP", "JPEG", "PNG")
_QUALITIES = (88, 75, 60, 40)


@dataclass(frozen=True, slots=True)
class SentPicture:
    """A JPEG of at most MAX_BYTES.

    ``stretch_x`` and ``stretch_y`` are how much wider and higher its canvas is than the
    picture in its upper left corner: 1.0 unless a narrow strip had to be padded.
    """

    content: bytes
    stretch_x: float = 1.0
    stretch_y: float = 1.0


def prepared(path: Path) -> SentPicture:
    """Read a rendition and make the JPEG to send; raises AnalyzerError for what is no picture."""
    picture = _fitting(_opened(path))
    canvas = _padded(picture)
    return SentPicture(
        content=_encoded(canvas),
        stretch_x=canvas.width / picture.width,
        stretch_y=canvas.height / picture.height,
    )


def _opened(path: Path) -> Image.Image:
    if path.stat().st_size > _MAX_FILE_BYTES:
        raise _refused("picture_too_large", "The picture is too large to be sent.")
    try:
        with Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise _refused("picture_too_large", "The picture has too many pixels.")
            return _flattened(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise _refused("picture_too_large", "The picture has too many pixels.") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _refused("bad_picture", "The picture cannot be decoded.") from error


def _flattened(image: Image.Image) -> Image.Image:
    """What is transparent is white, as pages show it."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered).convert("RGB")


def _fitting(picture: Image.Image) -> Image.Image:
    """Scaled so that both sides are in bounds as far as its shape allows; ratios stay."""
    longest, shortest = max(picture.size), min(picture.size)
    if longest > LONG_SIDE:
        return _scaled(picture, LONG_SIDE / longest)
    if shortest < MIN_SIDE:
        return _scaled(picture, min(MIN_SIDE / shortest, LONG_SIDE / longest))
    return picture


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    size = (max(round(picture.width * factor), 1), max(round(picture.height * factor), 1))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _padded(picture: Image.Image) -> Image.Image:
    size = (max(picture.width, MIN_SIDE), max(picture.height, MIN_SIDE))
    if size == picture.size:
        return picture
    canvas = Image.new("RGB", size)
    canvas.paste(picture, (0, 0))
    return canvas


def _encoded(picture: Image.Image) -> bytes:
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= MAX_BYTES:
            return buffer.getvalue()
    raise _refused("picture_too_large", "The picture is too large to be sent.")


def _refused(code: str, message: str) -> AnalyzerError:
    return AnalyzerError(code, message, permanent=True)


def on_picture(found: Any, sent: SentPicture) -> Any:
    """Return an answer with boxes and points as ratios of the picture, not of the padding."""
    if sent.stretch_x == sent.stretch_y == 1.0:
        return found
    if isinstance(found, list):
        return [on_picture(part, sent) for part in found]
    if isinstance(found, Mapping):
        return {name: _ratio(name, part, sent) for name, part in found.items()}
    return found


def _ratio(name: str, part: Any, sent: SentPicture) -> Any:
    if name in ("Left", "Width", "X") and isinstance(part, (int, float)):
        return part * sent.stretch_x
    if name in ("Top", "Height", "Y") and isinstance(part, (int, float)):
        return part * sent.stretch_y
    return on_picture(part, sent)
