"""Stamps: the hash of what something was made from, kept beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def hash_of(paths: Iterable[Path], *facts: str) -> str:
    """Hash names and contents of files, of folders with everything below, and plain facts."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in sorted(_files(paths)):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (below for below in path.rglob("*") if below.is_file())
        elif path.is_file():
            yield path


def is_current(stamp: Path, value: str) -> bool:
    """Tell whether ``stamp`` holds ``value``."""
    try:
        return stamp.read_text(encoding="utf-8").strip() == value
    except (OSError, UnicodeDecodeError):
        return False


def write(stamp: Path, value: str) -> None:
    """Remember ``value``; done last, so that an interrupted step is done again."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value + "\n", encoding="utf-8")
