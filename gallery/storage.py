"""Where bytes are: object keys, and the few things we do with stored files."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

logger = logging.getLogger(__name__)
_UNSAFE = re.compile(r"[^a-z0-9]+")


def original_key(owner_id: UUID, item_id: UUID, extension: str) -> str:
    return f"originals/{owner_id}/{item_id}/original.{_UNSAFE.sub('', extension.lower()) or 'bin'}"


def sidecar_key(owner_id: UUID, item_id: UUID) -> str:
    return f"originals/{owner_id}/{item_id}/sidecar.xmp"


def rendition_key(owner_id: UUID, item_id: UUID, file_name: str) -> str:
    return f"renditions/{owner_id}/{item_id}/{file_name}"


def put_file(key: str, path: Path) -> None:
    """Store the file at ``path`` under ``key``, which must be new; ``path`` may be moved."""
    if target := _path_here(key):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(path, target)
        return
    with path.open("rb") as file:
        default_storage.save(key, File(file))


def open_stored(key: str) -> BinaryIO:
    """Open a stored file for reading; raises FileNotFoundError."""
    return cast(BinaryIO, default_storage.open(key, "rb"))


def stored_size(key: str) -> int:
    return default_storage.size(key)


@contextmanager
def local_copy(key: str) -> Iterator[Path]:
    """Give a path on this machine from which the stored file can be read, and only read."""
    if here := _path_here(key):
        yield here
        return
    with tempfile.TemporaryDirectory(dir=settings.PIXTRACT_WORK_DIR) as folder:
        path = Path(folder) / Path(key).name
        with default_storage.open(key, "rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        yield path


def delete_stored(keys: Iterable[str]) -> None:
    """Delete the files that exist; a missing one is no error."""
    for key in keys:
        default_storage.delete(key)
        logger.info("file deleted", extra={"key": key})


def prune_item_folders(owner_id: UUID, item_id: UUID) -> None:
    """Remove an item's empty folders (object stores have none)."""
    for root in ("originals", "renditions"):
        folder = _path_here(f"{root}/{owner_id}/{item_id}")
        if folder and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _path_here(key: str) -> Path | None:
    """The file's path when the store is a folder of this machine."""
    try:
        return Path(default_storage.path(key))
    except NotImplementedError:
        return None
