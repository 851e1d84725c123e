"""An object read as it arrives."""

from __future__ import annotations

import io
from typing import Any

from workers.cloud.store_errors import translated


class ObjectReader(io.RawIOBase):
    """An object's bytes as they arrive; a connection that breaks raises StoreUnavailable."""

    def __init__(self, body: Any, key: str) -> None:
        super().__init__()
        self._body, self._key = body, key

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with translated(self._key):
            data: bytes = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()
