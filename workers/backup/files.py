"""Stored files, to and from a backup's folder, each hashed on its way."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from gallery import storage
from gallery.models import MediaItem, Rendition
from workers.backup.archive import FILES, BackupError, file_path, hash_of

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A stored file that a row names; ``sha256`` is empty where the row does not say."""

    key: str
    item_id: str
    sha256: str = ""


def write_list(path: Path, *, renditions: bool) -> int:
    """Write down which files the rows name; returns how many."""
    count = 0
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for named in _named_by_rows(renditions=renditions):
            out.write(json.dumps([named.key, named.item_id, named.sha256]) + "\n")
            count += 1
    return count


def read_list(path: Path) -> Iterator[NamedFile]:
    """Yield what ``write_list`` wrote; raises BackupError."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                key, item_id, sha256 = json.loads(line)
                yield NamedFile(key, item_id, sha256)
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise BackupError(f"{path} cannot be read: {error}") from error


def _named_by_rows(*, renditions: bool) -> Iterator[NamedFile]:
    items = MediaItem.objects.order_by("pk").values_list(
        "pk", "original_key", "sha256", "sidecar_key"
    )
    for pk, original, sha256, sidecar in items.iterator():
        yield NamedFile(original, str(pk), sha256)
        if sidecar:
            yield NamedFile(sidecar, str(pk))
    if renditions:
        rows = Rendition.objects.order_by("pk").values_list("key", "item_id")
        for key, item_id in rows.iterator():
            yield NamedFile(key, str(item_id))


def save(named: NamedFile, folder: Path, known: dict[str, str]) -> tuple[str, int]:
    """Have the file in the backup; returns its SHA-256 and its size.

    What an earlier run has saved and nobody has changed since is kept. Raises
    FileNotFoundError when the store has none, BackupError when the bytes are not the row's.
    """
    target = file_path(folder, named.key)
    size = storage.stored_size(named.key)
    digest = known.get(f"{FILES}/{named.key}", "")
    if not digest or not target.is_file() or target.stat().st_size != size:
        digest = _copy_out(named.key, target)
    if named.sha256 and digest != named.sha256:
        raise BackupError(f"{named.key}: the stored bytes are not those that were uploaded.")
    return digest, size


def _copy_out(key: str, target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    digest = hashlib.sha256()
    with storage.open_stored(key) as source, partial.open("wb") as out:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    partial.rename(target)
    return digest.hexdigest()


def put_back(key: str, source: Path, digest: str) -> bool:
    """Store the file unless it is there already; returns whether it had to be.

    Raises BackupError when the bytes are not those of the backup.
    """
    size = source.stat().st_size
    if default_storage.exists(key):
        if default_storage.size(key) == size and stored_hash(key) == digest:
            return False
        default_storage.delete(key)
    copy = Path(settings.PIXTRACT_WORK_DIR) / f"restore-{uuid.uuid4().hex}"
    try:
        shutil.copyfile(source, copy)
        if hash_of(copy) != digest:
            raise BackupError(f"{source} is damaged: its checksum is another.")
        storage.put_file(key, copy)
    finally:
        copy.unlink(missing_ok=True)
    return True


def stored_hash(key: str) -> str:
    """SHA-256 of a stored file, streaming; raises FileNotFoundError."""
    digest = hashlib.sha256()
    with storage.open_stored(key) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def prune(folder: Path, keep: Iterable[str]) -> int:
    """Remove saved files that no row names any more; returns how many."""
    kept, count = set(keep), 0
    root = folder / FILES
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in kept:
            path.unlink()
            count += 1
    return count
