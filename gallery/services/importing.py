"""Folders taken over file by file. What is in them is only ever read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from accounts.models import User
from gallery.incoming import read_incoming
from gallery.models import MediaItem
from gallery.services.uploads import (
    UploadNotes,
    check_acceptable,
    copy_aside,
    create_media_item,
    restore_items,
)

_SIDECAR = ".xmp"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to import, and the sidecar that belongs to it."""

    path: Path
    sidecar: Path | None = None


class Outcome(StrEnum):
    """What became of a candidate."""

    IMPORTED = "imported"
    DUPLICATE = "already there"
    RESTORED = "restored from the trash"


def find_candidates(folder: Path) -> Iterator[Candidate]:
    """Yield the folder's files, folder by folder in the order of their names.

    Hidden ones are passed over, and so are links that lead out of the folder. A sidecar
    comes with its photo; one without is a candidate of its own, to be refused with a reason.
    """
    root = folder.resolve()
    for here, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files = [Path(here, name) for name in sorted(names) if not name.startswith(".")]
        yield from _paired([path for path in files if _is_inside(path, root)])


def _is_inside(path: Path, root: Path) -> bool:
    """True for plain files that really lie in the folder: no pipes, no devices."""
    try:
        return path.resolve().is_relative_to(root) and stat.S_ISREG(path.stat().st_mode)
    except (OSError, RuntimeError):
        return False


def _paired(files: list[Path]) -> Iterator[Candidate]:
    sidecars = {path.name.lower(): path for path in files if path.suffix.lower() == _SIDECAR}
    used: set[Path] = set()
    for path in files:
        if path.suffix.lower() == _SIDECAR:
            continue
        names = (path.name.lower() + _SIDECAR, path.stem.lower() + _SIDECAR)
        sidecar = next((sidecars[name] for name in names if name in sidecars), None)
        used |= {sidecar} if sidecar else set()
        yield Candidate(path, sidecar)
    yield from (Candidate(path) for path in sidecars.values() if path not in used)


def import_file(owner: User, candidate: Candidate, *, dry_run: bool = False) -> Outcome:
    """Take a file over; raises UploadRefused, and OSError where it cannot be read.

    A file whose bytes the owner has is not copied again, which is what makes an
    interrupted import go on where it stopped. ``dry_run`` changes nothing.
    """
    incoming = read_incoming(candidate.path, candidate.path.name)
    check_acceptable(incoming)
    existing = MediaItem.objects.filter(owner=owner, sha256=incoming.sha256).first()
    if existing is not None and not existing.is_trashed:
        return Outcome.DUPLICATE
    if existing is not None:
        if not dry_run:
            restore_items(owner, [existing.pk])
        return Outcome.RESTORED
    return Outcome.IMPORTED if dry_run else _take_over(owner, candidate)


def _take_over(owner: User, candidate: Candidate) -> Outcome:
    copy = copy_aside(candidate.path)
    sidecar = copy_aside(candidate.sidecar) if candidate.sidecar else None
    try:
        # Hashed again: the file may have changed since it was looked at.
        incoming = read_incoming(copy, candidate.path.name)
        uploaded = create_media_item(owner, incoming, UploadNotes(sidecar=sidecar))
    finally:
        for path in (copy, sidecar):
            if path is not None:
                path.unlink(missing_ok=True)
    return Outcome.DUPLICATE if uploaded.duplicate else Outcome.IMPORTED
