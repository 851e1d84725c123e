"""Whether the files of an embedded index are what was once written.

The engine ends each file with a footer that holds the checksum of what comes before, and looks
at it never again: damage shows as a failed query, or as a wrong answer.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

_MAGIC = 1337
_TAIL = struct.Struct("<II")
_LONGEST_FOOTER = 10_000
_CHUNK = 1 << 20


def damaged_file(path: Path) -> str:
    """Return the name of a damaged file of the index in ``path``; nothing if all is well."""
    segments = _segments(path)
    for name in _files(path, segments):
        try:
            is_whole = _is_whole(path / name)
        except OSError:
            # A writer may have merged it with others meanwhile.
            if _segments(path) != segments:
                return damaged_file(path)
            return name
        if not is_whole:
            return name
    return "" if segments is not None else "meta.json"


def _segments(path: Path) -> list[tuple[str, int | None]] | None:
    """Return the parts of the index, each with the number of its deletions; None if illegible."""
    try:
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
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


def _is_whole(file: Path) -> bool:
    with file.open("rb") as content:
        size = content.seek(0, 2)
        if size < _TAIL.size:
            return False
        content.seek(size - _TAIL.size)
        length, magic = _TAIL.unpack(content.read(_TAIL.size))
        body = size - _TAIL.size - length
        if magic != _MAGIC or length > _LONGEST_FOOTER or body < 0:
            return False
        content.seek(body)
        try:
            expected = json.loads(content.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        content.seek(0)
        checksum = 0
        while body > 0 and (chunk := content.read(min(_CHUNK, body))):
            checksum, body = zlib.crc32(chunk, checksum), body - len(chunk)
        return bool(checksum == expected)
