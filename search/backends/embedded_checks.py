"""Whether the files of an embedded index are what was once written.

The engine ends each file with a footer that holds the checksum of what comes before, and looks
at it never again: damage shows as a failed query, as a wrong answer, or, in threads of the engine's
own and behind the end of a file that is mapped, as the end of the process.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from search.backends.embedded_names import FILE_NAME, are_whole

_META = "meta.json"
_MAGIC = 1337
_TAIL = struct.Struct("<II")
_LONGEST_FOOTER = 10_000
_CHUNK = 1 << 20

_MOST_KNOWN = 50_000

# Which file, and of which state: device, number, bytes, nanoseconds since 1970.
_FileId = tuple[int, int, int, int]


class Checks:
    """Compares files with their checksums, those that were well once in this process no more."""

    def __init__(self) -> None:
        self._sound: set[_FileId] = set()

    def damaged_file(self, path: Path) -> str:
        """Return the name of a damaged file of the index in ``path``; nothing if all is well."""
        if len(self._sound) > _MOST_KNOWN:
            self._sound.clear()
        segments = _segments(path)
        for name in _files(path, segments):
            try:
                with (path / name).open("rb") as content:
                    if not self._is_well(content):
                        return name
            except OSError:
                # A writer may have merged it with others meanwhile.
                return name if _segments(path) == segments else self.damaged_file(path)
        if segments is None:
            return _META
        return "" if are_whole(path) else FILE_NAME

    def _is_well(self, content: BinaryIO) -> bool:
        found = os.fstat(content.fileno())
        file_id = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        if file_id not in self._sound and not _is_whole(content):
            return False
        self._sound.add(file_id)
        return True


def _segments(path: Path) -> list[tuple[str, int | None]] | None:
    """Return the parts of the index, each with the number of its deletions; None if illegible."""
    try:
        meta = json.loads((path / _META).read_text(encoding="utf-8"))
        return [
            (found["segment_id"].replace("-", ""), (found["deletes"] or {}).get("opstamp"))
            for found in meta["segments"]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _files(path: Path, segments: list[tuple[str, int | None]] | None) -> Iterator[str]:
    for segment, deletions in segments or ():
        for file in sorted(path.glob(f"{segment}.*")):
            is_old = file.suffix == ".del" and file.name != f"{segment}.{deletions}.del"
            if not is_old:
                yield file.name


def _body_and_checksum(content: BinaryIO) -> tuple[int, int] | None:
    """Return how long a file is without its footer, and what that says; None without one."""
    size = content.seek(0, 2)
    if size < _TAIL.size:
        return None
    content.seek(size - _TAIL.size)
    length, magic = _TAIL.unpack(content.read(_TAIL.size))
    body = size - _TAIL.size - length
    if magic != _MAGIC or length > _LONGEST_FOOTER or body < 0:
        return None
    content.seek(body)
    try:
        return body, int(json.loads(content.read(length))["crc"])
    except (ValueError, KeyError, TypeError):
        return None


def _is_whole(content: BinaryIO) -> bool:
    if (found := _body_and_checksum(content)) is None:
        return False
    body, expected = found
    content.seek(0)
    checksum = 0
    while body > 0 and (chunk := content.read(min(_CHUNK, body))):
        checksum, body = zlib.crc32(chunk, checksum), body - len(chunk)
    return checksum == expected
