"""Calls of Textract: none made twice by itself, errors in our words, answers bounded."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from PIL import Image

from workers.analyzers.aws_errors import translated
from workers.analyzers.base import AnalyzerError
from workers.analyzers.local.pictures import PictureError, open_picture

NAME = "textract"
# Textract takes 10 MB and 10,000 pixels; print stays legible far below.
MAX_BYTES = 10 * 2**20
_SIDES = (4096, 3072, 2048)
_QUALITY = 90


class TextractCalls:
    """Calls Textract with a client that is made at the first call, and shared by threads.

    ``make_client`` must give a client that never retries: each attempt is in the ledger.
    """

    def __init__(self, make_client: Callable[[], Any]) -> None:
        self._make_client = make_client
        self._client: Any = None
        self._making = Lock()

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer of ``operation`` (as boto3 spells it); raises AnalyzerError."""
        with translated(NAME):
            answer = getattr(self._made_client(), operation)(**parameters)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def see(self, operation: str, path: Path, **parameters: Any) -> dict[str, Any]:
        """Send a picture as JPEG; raises AnalyzerError."""
        return self.call(operation, Document={"Bytes": as_jpeg(path)}, **parameters)

    def _made_client(self) -> Any:
        with self._making:
            if self._client is None:
                with translated(NAME):
                    self._client = self._make_client()
        return self._client


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
