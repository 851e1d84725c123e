"""Find the picture that a camera put into its raw file for showing."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from workers.media.errors import MediaError

_MAX_DIRECTORIES, _MAX_ENTRIES, _MAX_VALUES = 24, 512, 64
_MAX_PREVIEW_BYTES = 64 * 2**20
_COMPRESSION, _STRIP_OFFSETS, _STRIP_SIZES, _SUB_DIRECTORIES = 259, 273, 279, 330
_JPEG_COMPRESSIONS = {6, 7}
_SIZES = {1: 1, 3: 2, 4: 4, 13: 4}
_FORMATS = {1: "B", 3: "H", 4: "I", 13: "I"}
# Start-of-frame markers of the JPEG kinds that pictures for showing use; raw data is lossless.
_SHOWABLE_FRAMES = {0xC0, 0xC1, 0xC2}

Directory = dict[int, tuple[int, ...]]


def embedded_preview(path: Path) -> bytes:
    """Return the largest ordinary JPEG inside a DNG; raises MediaError when there is none."""
    with path.open("rb") as file:
        found = sorted(_jpeg_strips(file), key=lambda strip: strip[1], reverse=True)
        for offset, size in found:
            file.seek(offset)
            data = file.read(size)
            if is_showable_jpeg(data):
                return data
    raise MediaError("unsupported", "The raw file holds no preview that can be read.")


def is_showable_jpeg(data: bytes) -> bool:
    """Tell an ordinary JPEG from the lossless kind that holds raw sensor data."""
    if data[:2] != b"\xff\xd8":
        return False
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return marker in _SHOWABLE_FRAMES
        at += 2 + length
    return False


def _jpeg_strips(file: BinaryIO) -> Iterator[tuple[int, int]]:
    for directory in _directories(file):
        offsets, sizes = directory.get(_STRIP_OFFSETS, ()), directory.get(_STRIP_SIZES, ())
        compressed = _JPEG_COMPRESSIONS & set(directory.get(_COMPRESSION, ()))
        if compressed and len(offsets) == len(sizes) == 1 and sizes[0] <= _MAX_PREVIEW_BYTES:
            yield offsets[0], sizes[0]


def _directories(file: BinaryIO) -> Iterator[Directory]:
    """Walk the directories of a TIFF and those below them, each once, a bounded number."""
    head = file.read(8)
    if len(head) < 8:
        raise MediaError("truncated")
    order = "<" if head[:2] == b"II" else ">"
    waiting, seen = [struct.unpack(f"{order}I", head[4:])[0]], set[int]()
    while waiting and len(seen) < _MAX_DIRECTORIES:
        offset = waiting.pop(0)
        if offset == 0 or offset in seen:
            continue
        seen.add(offset)
        directory, following = _read_directory(file, offset, order)
        waiting += [*directory.get(_SUB_DIRECTORIES, ()), following]
        yield directory


def _read_directory(file: BinaryIO, offset: int, order: str) -> tuple[Directory, int]:
    file.seek(offset)
    counted = file.read(2)
    if len(counted) < 2:
        return {}, 0
    count = min(struct.unpack(f"{order}H", counted)[0], _MAX_ENTRIES)
    entries = file.read(12 * count)
    following = file.read(4)
    directory = {}
    for at in range(0, len(entries) - 11, 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", entries, at)
        if kind in _SIZES and number <= _MAX_VALUES:
            directory[tag] = _read_values(file, entries[at + 8 : at + 12], kind, number, order)
    return directory, struct.unpack(f"{order}I", following)[0] if len(following) == 4 else 0


def _read_values(
    file: BinaryIO, field: bytes, kind: int, number: int, order: str
) -> tuple[int, ...]:
    size = _SIZES[kind] * number
    if size > len(field):
        file.seek(struct.unpack(f"{order}I", field)[0])
        field = file.read(size)
    if len(field) < size:
        return ()
    return struct.unpack_from(f"{order}{number}{_FORMATS[kind]}", field)
