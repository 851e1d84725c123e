"""Find out whether a HEIF file says itself how it is turned."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_MAX_BOXES, _MAX_META_BYTES = 32, 4 * 2**20
_TURNS = (b"irot", b"imir")


def turns_itself(path: Path) -> bool:
    """Tell whether the file has rotation or mirroring of its own, which its decoder applies.

    Without it, some cameras mean the orientation in EXIF, which decoders ignore.
    """
    with path.open("rb") as file:
        meta = _meta_box(file)
    return any(name in meta for name in _TURNS)


def _meta_box(file: BinaryIO) -> bytes:
    """Return the box that describes the pictures; empty when there is none."""
    for _ in range(_MAX_BOXES):
        head = file.read(8)
        if len(head) < 8:
            return b""
        size, name = struct.unpack(">I4s", head)
        if name == b"meta":
            return file.read(min(size, _MAX_META_BYTES))
        if size < 8:
            return b""
        file.seek(size - 8, 1)
    return b""
