"""Calls of Textract: none made twice by itself, errors in our words, answers bounded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image

from workers.analyzers.base import AnalyzerError
from workers.analyzers.local.pictures import PictureError, open_picture
from workers.analyzers.paid_calls import PaidCalls

NAME = "textract"
# Textract takes 10 MB and 10,000 pixels; print stays legible far below.
MAX_BYTES = 10 * 2**20
_SIDES = (4096, 3072, 2048)
_QUALITY = 90


class TextractCalls(PaidCalls):
    """Textract, looking at pictures."""

    provider = NAME

    def see(self, operation: str, path: Path, **parameters: Any) -> dict[str, Any]:
        """Send a picture as JPEG; raises AnalyzerError."""
        return self.call(operation, Document={"Bytes": as_jpeg(path)}, **parameters)


def as_jpeg(path: Path) -> bytes:
    """The picture as a JPEG within Textract's limits; raises AnalyzerError for what is none."""
    try:
        picture = open_picture(path, _SIDES[0])
    except PictureError as error:
        message = "The picture cannot be decoded."
        raise AnalyzerError("bad_picture", message, permanent=True) from error
    for side in _SIDES:
        picture.thumbnail((side, side), Image.Resampling.BICUBIC)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=_QUALITY)
        if buffer.tell() <= MAX_BYTES:
            return buffer.getvalue()
    raise AnalyzerError("picture_too_large", "The picture is too large to send.", permanent=True)
