"""Every file that a row names, from the folder into the bucket or back, verified by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from gallery.models import MediaItem, Rendition
from workers.cloud.bucket import BucketStorage

_CHUNK = 1 << 20


class Outcome(StrEnum):
    """What became of a file."""

    COPIED = "copied"
    THERE = "there already"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a row names; ``sha256`` is empty, ``size`` 0 where the row does not say."""

    key: str
    sha256: str = ""
    size: int = 0


class Side(Protocol):
    """Where files come from, or go to."""

    def size(self, key: str) -> int:
        """Bytes of the file; raises FileNotFoundError."""

    def opened(self, key: str) -> BinaryIO:
        """The file, to be read from its beginning; raises FileNotFoundError."""

    def drop(self, keys: list[str]) -> None:
        """Delete the files that exist."""


class Folder:
    """The folder of media on this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def size(self, key: str) -> int:
        return self.path(key).stat().st_size

    def opened(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    def drop(self, keys: list[str]) -> None:
        for key in keys:
            path = self.path(key)
            path.unlink(missing_ok=True)
            with suppress(OSError):
                path.parent.rmdir()

    def path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root):
            raise FileNotFoundError(f"{key} leads out of the folder.")
        return path

    @contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        """Give a path to write to, which becomes the file when all went well."""
        target = self.path(key)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.partial")
        try:
            yield partial
            partial.chmod(0o600)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


class Bucket:
    """The bucket of media."""

    def __init__(self, store: BucketStorage) -> None:
        self.store = store

    def size(self, key: str) -> int:
        return self.store.size(key)

    def opened(self, key: str) -> BinaryIO:
        return self.store.open_whole(key)[0]

    def drop(self, keys: list[str]) -> None:
        self.store.remove(keys)


@dataclass(frozen=True, slots=True)
class Way:
    """From where to where, and how one file is copied, in parts when it is large."""

    source: Side
    target: Side
    copy: Callable[[str], None]


def into_bucket(folder: Folder, bucket: Bucket) -> Way:
    def copy(key: str) -> None:
        bucket.store.upload(key, folder.path(key), replace=True)

    return Way(folder, bucket, copy)


def into_folder(bucket: Bucket, folder: Folder) -> Way:
    def copy(key: str) -> None:
        with folder.writing(key) as path:
            bucket.store.download(key, path)

    return Way(bucket, folder, copy)


def named_files() -> Iterator[NamedFile]:
    """Originals, sidecars and renditions of every item, those in the trash included."""
    items = MediaItem.objects.order_by("pk").values_list(
        "original_key", "sha256", "size_bytes", "sidecar_key"
    )
    for original, sha256, size, sidecar in items.iterator():
        yield NamedFile(original, sha256, size)
        if sidecar:
            yield NamedFile(sidecar)
    for key, size in Rendition.objects.order_by("pk").values_list("key", "size_bytes").iterator():
        yield NamedFile(key, size=size)


def count_named() -> int:
    """How many files ``named_files`` yields."""
    items = MediaItem.objects.all()
    return items.count() + items.exclude(sidecar_key="").count() + Rendition.objects.count()


def move(file: NamedFile, way: Way) -> Outcome:
    """Have ``file`` at the target, with the bytes that it should have; the source stays.

    Raises StoreUnavailable, and OSError for a full disk.
    """
    wanted = file.sha256
    try:
        wanted = wanted or _hash(way.source, file.key)
        if is_there(file, way.target, wanted):
            return Outcome.THERE
        way.copy(file.key)
    except FileNotFoundError:
        # An earlier run may have deleted it at the source, once it was at the target.
        return Outcome.THERE if is_there(file, way.target, wanted) else Outcome.MISSING
    return Outcome.COPIED if _hash(way.target, file.key) == wanted else Outcome.DAMAGED


def is_there(file: NamedFile, side: Side, wanted: str = "") -> bool:
    """Whether the file is there, with its size, and with the hash ``wanted`` if any is."""
    try:
        size = side.size(file.key)
        return size == (file.size or size) and (not wanted or _hash(side, file.key) == wanted)
    except FileNotFoundError:
        return False


def _hash(side: Side, key: str) -> str:
    digest = hashlib.sha256()
    with side.opened(key) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
