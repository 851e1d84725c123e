"""A file on its way in: hashed, not yet anybody's."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 65_536
_CHUNK = 1 << 20
_MAX_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a complete file is: ``head`` its first 64 KiB, ``sha256`` hexadecimal."""

    name: str
    size_bytes: int
    sha256: str
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFile(FileFacts):
    """A complete file that lies at ``path`` on this machine."""

    path: Path


def read_incoming(path: Path, name: str) -> IncomingFile:
    """Hash the file at ``path``, streaming; raises OSError."""
    digest, head, size = hashlib.sha256(), b"", 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:HEAD_BYTES]
            digest.update(chunk)
            size += len(chunk)
    return IncomingFile(path=path, name=name, size_bytes=size, sha256=digest.hexdigest(), head=head)


def display_name(name: str) -> str:
    """The file's own name for showing: no folders, no control characters, at most 255."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable())
    kept = kept.strip() or "unnamed"
    if len(kept) <= _MAX_NAME:
        return kept
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) <= 10:
        return stem[: _MAX_NAME - len(ending) - 1] + dot + ending
    return kept[:_MAX_NAME]
