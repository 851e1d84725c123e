"""Where bytes are: object keys, and the few things we do with stored files."""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast, runtime_checkable
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage, storages

logger = logging.getLogger(__name__)
_UNSAFE = re.compile(r"[^a-z0-9]+")


class StoreUnavailable(OSError):
    """The store of files cannot be used now; its text is for administrators alone."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a listing tells of a file; one sent in parts may be dated when the first was."""

    key: str
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """An address that needs no other permission, and for how long it may be remembered."""

    url: str
    keep_seconds: int


@runtime_checkable
class RemoteStore(Protocol):
    """A store that no path of this machine leads to. Everything raises StoreUnavailable."""

    def open_whole(self, key: str) -> tuple[BinaryIO, int]:
        """Open the file, and tell its size; raises FileNotFoundError."""

    def open_range(self, key: str, start: int, length: int) -> BinaryIO:
        """Open ``length`` bytes from ``start``; raises FileNotFoundError."""

    def upload(self, key: str, path: Path) -> None:
        """Write the file at ``path`` under ``key``; raises FileExistsError."""

    def download(self, key: str, path: Path) -> None:
        """Write the file to ``path``; raises FileNotFoundError."""

    def remove(self, keys: list[str]) -> None:
        """Delete the files that exist."""

    def link(self, key: str, *, content_type: str, disposition: str) -> Link:
        """Sign an address at which the file is handed out with these headers."""

    def listing(self, prefix: str, after: str) -> Iterator[StoredFile]:
        """The files whose keys begin with ``prefix`` and come after ``after``, in order."""

    def abort_uploads(self, prefix: str, before: datetime) -> int:
        """Give up unfinished uploads of keys with ``prefix`` begun ``before``; returns how many."""

    def check_reachable(self) -> None:
        """Return when the store answers and lets us in."""


def original_key(owner_id: UUID, item_id: UUID, extension: str) -> str:
    return f"originals/{owner_id}/{item_id}/original.{_UNSAFE.sub('', extension.lower()) or 'bin'}"


def sidecar_key(owner_id: UUID, item_id: UUID) -> str:
    return f"originals/{owner_id}/{item_id}/sidecar.xmp"


def rendition_key(owner_id: UUID, item_id: UUID, file_name: str) -> str:
    return f"renditions/{owner_id}/{item_id}/{file_name}"


def put_file(key: str, path: Path) -> None:
    """Store the file at ``path`` under ``key``, which must be new; ``path`` may be moved."""
    if remote := _remote():
        remote.upload(key, path)
        return
    target = Path(default_storage.path(key))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(path, target)


def open_stored(key: str) -> BinaryIO:
    """Open a stored file for reading; raises FileNotFoundError."""
    return open_sized(key)[0]


def open_sized(key: str) -> tuple[BinaryIO, int]:
    """Open a stored file, and tell its size in bytes; raises FileNotFoundError."""
    if remote := _remote():
        return remote.open_whole(key)
    opened = cast(BinaryIO, default_storage.open(key, "rb"))
    return opened, os.fstat(opened.fileno()).st_size


def open_part(key: str, start: int, length: int) -> BinaryIO:
    """Open a stored file at byte ``start`` to read ``length`` bytes; raises FileNotFoundError.

    What comes behind them may be there or not.
    """
    if remote := _remote():
        return remote.open_range(key, start, length)
    opened = cast(BinaryIO, default_storage.open(key, "rb"))
    opened.seek(start)
    return opened


def stored_size(key: str) -> int:
    return default_storage.size(key)


def link_to(key: str, *, content_type: str, disposition: str) -> Link | None:
    """An address where the store itself hands out the file; None for a folder."""
    remote = _remote()
    return remote.link(key, content_type=content_type, disposition=disposition) if remote else None


@contextmanager
def local_copy(key: str) -> Iterator[Path]:
    """Give a path on this machine from which the stored file can be read, and only read."""
    remote = _remote()
    if remote is None:
        yield Path(default_storage.path(key))
        return
    with tempfile.TemporaryDirectory(dir=settings.PIXTRACT_WORK_DIR) as folder:
        path = Path(folder) / Path(key).name
        remote.download(key, path)
        yield path


def delete_stored(keys: Iterable[str]) -> None:
    """Delete the files that exist; a missing one is no error.

    Files that the store cannot delete now have no row any more: the sweeper tries again.
    """
    wanted = list(keys)
    try:
        _delete(wanted)
    except StoreUnavailable as error:
        logger.warning("files left to the sweeper", extra={"keys": len(wanted), "reason": error})
        return
    for key in wanted:
        logger.info("file deleted", extra={"key": key})


def _delete(keys: list[str]) -> None:
    if remote := _remote():
        remote.remove(keys)
        return
    for key in keys:
        default_storage.delete(key)


def stored_files(root: str, after: str = "") -> Iterator[StoredFile]:
    """The files below ``root`` whose keys come after ``after``, in the order of their keys."""
    if remote := _remote():
        yield from remote.listing(f"{root}/", after)
        return
    base = Path(default_storage.path(""))
    for folder, below, names in os.walk(base / root):
        below.sort()
        for name in sorted(names):
            path = Path(folder) / name
            key = path.relative_to(base).as_posix()
            # A file may go while others are looked at.
            with suppress(FileNotFoundError):
                found = StoredFile(key, datetime.fromtimestamp(path.stat().st_mtime, UTC))
                if key > after:
                    yield found


def drop_unfinished(root: str, before: datetime) -> int:
    """Give up uploads to the store that began ``before`` and never ended; returns how many."""
    remote = _remote()
    return remote.abort_uploads(f"{root}/", before) if remote else 0


def prune_item_folders(owner_id: UUID, item_id: UUID) -> None:
    """Remove an item's empty folders (object stores have none)."""
    if _remote():
        return
    for root in ("originals", "renditions"):
        folder = Path(default_storage.path(f"{root}/{owner_id}/{item_id}"))
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def is_remote() -> bool:
    """Whether files are kept by another machine, not in a folder of this one."""
    return _remote() is not None


def check_reachable() -> None:
    """Raise StoreUnavailable when the store does not answer, or does not let us in."""
    if remote := _remote():
        remote.check_reachable()


def _remote() -> RemoteStore | None:
    """The store, when it is none of this machine's folders."""
    store = storages["default"]
    return store if isinstance(store, RemoteStore) else None
