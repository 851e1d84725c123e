"""Is everything there, and is it what it was? Of a backup, and of the installation itself."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import default_storage

from gallery import storage
from gallery.models import MediaItem, Rendition
from workers.backup import files
from workers.backup.archive import (
    CHECKSUMS,
    DATABASE,
    FILE_LIST,
    FILES,
    hash_of,
    read_checksums,
    read_manifest,
)


def problems_of_backup(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the backup, nothing when it is whole; raises BackupError."""
    manifest = read_manifest(folder)
    yield from manifest.problems
    checksums = read_checksums(folder / CHECKSUMS)
    for name, digest in checksums.items():
        path = folder / name
        if not path.is_file():
            yield f"{name}: missing"
        elif hash_of(path) != digest:
            yield f"{name}: damaged"
    for label, rows in manifest.rows.items():
        path = folder / DATABASE / f"{label}.jsonl.gz"
        if path.is_file() and (found := _lines(path)) != rows:
            yield f"{path.name}: {found} rows instead of {rows}"
    known = {problem.partition(":")[0] for problem in manifest.problems}
    for named in files.read_list(folder / FILE_LIST):
        if f"{FILES}/{named.key}" not in checksums and named.key not in known:
            yield f"{named.key}: was gone when the backup was made"


def _lines(path: Path) -> int:
    try:
        with gzip.open(path, "rb") as lines:
            return sum(1 for _ in lines)
    except (OSError, EOFError):
        return -1


def problems_of_installation(*, quick: bool) -> Iterator[str]:
    """Yield what is missing or damaged in the store; ``quick`` compares sizes alone."""
    items = MediaItem.objects.order_by("pk")
    for item in items.iterator():
        yield from _problems_of_original(item, quick=quick)
    renditions = Rendition.objects.order_by("pk").values_list("key", flat=True)
    for key in renditions.iterator():
        if not default_storage.exists(key):
            yield f"{key}: missing; `manage.py reprocess --step render` makes it anew"


def _problems_of_original(item: MediaItem, *, quick: bool) -> Iterator[str]:
    try:
        if storage.stored_size(item.original_key) != item.size_bytes:
            yield f"{item.original_key}: {item.file_name} has another size than was uploaded"
        elif not quick and files.stored_hash(item.original_key) != item.sha256:
            yield f"{item.original_key}: {item.file_name} is damaged"
    except FileNotFoundError:
        yield f"{item.original_key}: {item.file_name} is missing"
    if item.sidecar_key and not default_storage.exists(item.sidecar_key):
        yield f"{item.sidecar_key}: the sidecar of {item.file_name} is missing"
