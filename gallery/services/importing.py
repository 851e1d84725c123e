"""Folders taken over file by file. What is in them is only ever read."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
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


class SkipReason(StrEnum):
    """Why something in the folder is not even tried."""

    HIDDEN = "hidden"
    LINK = "links"
    SPECIAL = "special files"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder; ``skipped`` counts files and folders that are passed over."""

    candidates: tuple[Candidate, ...]
    skipped: Counter[SkipReason]


def list_folder(folder: Path) -> Listing:
    """Return the folder's files, folder by folder in the order of their names.

    Hidden ones are passed over, and so are links that lead out of the folder or to other
    folders. A sidecar comes with its photo; one without is a candidate of its own, to be
    refused with a reason.
    """
    root = folder.resolve()
    skipped: Counter[SkipReason] = Counter()

    def note_unreadable(_error: OSError) -> None:
        skipped[SkipReason.UNREADABLE] += 1

    candidates: list[Candidate] = []
    for here, folders, names in os.walk(root, onerror=note_unreadable):
        paths = [Path(here, name) for name in sorted(folders)]
        folders[:] = [path.name for path in _kept(paths, _why_no_folder, skipped)]
        paths = [Path(here, name) for name in sorted(names)]
        candidates += _paired(_kept(paths, lambda path: _why_no_file(path, root), skipped))
    return Listing(tuple(candidates), skipped)


def _kept(
    paths: list[Path], why_not: Callable[[Path], SkipReason | None], skipped: Counter[SkipReason]
) -> list[Path]:
    """Return the paths that nothing speaks against, and count the others."""
    reasons = [SkipReason.HIDDEN if path.name.startswith(".") else why_not(path) for path in paths]
    skipped.update(reason for reason in reasons if reason)
    return [path for path, reason in zip(paths, reasons, strict=True) if reason is None]


def _why_no_folder(path: Path) -> SkipReason | None:
    return SkipReason.LINK if path.is_symlink() else None


def _why_no_file(path: Path, root: Path) -> SkipReason | None:
    """Nothing for plain files that really lie in the folder: no pipes, no devices."""
    try:
        if not path.resolve().is_relative_to(root):
            return SkipReason.LINK
        return None if stat.S_ISREG(path.stat().st_mode) else SkipReason.SPECIAL
    except (OSError, RuntimeError):
        # Links to nothing or to themselves, and what vanished or may not be looked at.
        return SkipReason.LINK if path.is_symlink() else SkipReason.UNREADABLE


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
