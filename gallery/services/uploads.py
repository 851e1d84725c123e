"""From an incoming file to a media item. The original is written first, then the row."""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from gallery import storage
from gallery.incoming import FileFacts, IncomingFile, display_name
from gallery.models import MediaItem
from gallery.services.changes import held_ids, note_change
from gallery.services.dating import wall_clock
from gallery.services.jobs import create_jobs
from gallery.signals import media_uploaded
from gallery.sniff import FileType, sniff
from gallery.types import DateSource

logger = logging.getLogger(__name__)
MAX_SIDECAR_BYTES = 1 << 20


class UploadRefused(Exception):
    """The file cannot become an item; ``status`` is the HTTP status that says so."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The item, whether the user had these bytes already, and whether in the trash."""

    item: MediaItem
    duplicate: bool = False
    restored: bool = False


@dataclass(frozen=True, slots=True)
class UploadNotes:
    """What came along with a file. ``taken_at`` with an offset is kept as wall-clock time."""

    description: str = ""
    taken_at: datetime | None = None
    sidecar: Path | None = None


def create_media_item(
    owner: User, incoming: IncomingFile, notes: UploadNotes | None = None
) -> Uploaded:
    """Store the file as an item of ``owner``; raises UploadRefused.

    The same bytes of the same user give the item that is there, out of the trash.
    ``incoming.path`` may be moved away.
    """

    def put(key: str) -> None:
        storage.put_file(key, incoming.path)

    return create_item_from(owner, incoming, notes or UploadNotes(), put, pk=uuid.uuid4())


def create_item_from(
    owner: User, facts: FileFacts, notes: UploadNotes, put: Callable[[str], None], *, pk: uuid.UUID
) -> Uploaded:
    """Make the item ``pk`` of a file that ``put(key)`` stores; raises UploadRefused."""
    file_type = check_acceptable(facts)
    _check_sidecar(notes.sidecar)
    if existing := existing_item(owner, facts.sha256):
        return existing
    item = _new_item(owner, facts, file_type, notes, pk)
    put(item.original_key)
    if notes.sidecar:
        storage.put_file(item.sidecar_key, notes.sidecar)
    try:
        _insert(item)
    except IntegrityError:
        # The unique key on owner and bytes: another upload of the same file was faster.
        existing = existing_item(owner, facts.sha256)
        if existing is None or existing.item.pk != pk:
            storage.delete_stored(key for key in (item.original_key, item.sidecar_key) if key)
            storage.prune_item_folders(item.owner_id, item.pk)
        if existing:
            return existing
        raise
    logger.info("media uploaded", extra={"item": item.pk, "bytes": item.size_bytes})
    return Uploaded(item)


def check_size(size_bytes: int) -> None:
    """Raise UploadRefused for a file that is empty, or over the limit."""
    if size_bytes == 0:
        raise UploadRefused("empty_file", "The file is empty.", 415)
    if size_bytes > settings.PIXTRACT_MAX_UPLOAD_BYTES:
        limit = settings.PIXTRACT_MAX_UPLOAD_BYTES // (1 << 20)
        raise UploadRefused("too_large", f"The file is over the limit of {limit} MB.", 413)


def check_acceptable(facts: FileFacts) -> FileType:
    """Return what the file is, by its content; raises UploadRefused."""
    check_size(facts.size_bytes)
    file_type = sniff(facts.head, facts.name)
    if file_type is None:
        raise UploadRefused(
            "unsupported_type",
            "This is not a photo, video or document of a kind that Pixtract reads.",
            415,
        )
    if file_type.kind == "sidecar":
        raise UploadRefused(
            "lonely_sidecar", "An XMP sidecar must come together with its photo.", 415
        )
    return file_type


def _check_sidecar(sidecar: Path | None) -> None:
    if sidecar is None:
        return
    with sidecar.open("rb") as file:
        file_type = sniff(file.read(65_536), "sidecar.xmp")
    if sidecar.stat().st_size > MAX_SIDECAR_BYTES or not file_type or file_type.kind != "sidecar":
        raise UploadRefused("bad_sidecar", "The sidecar is not an XMP file.", 415)


def existing_item(owner: User, sha256: str) -> Uploaded | None:
    """The owner's item of these bytes, out of the trash."""
    item = MediaItem.objects.filter(owner=owner, sha256=sha256).first()
    if item is None:
        return None
    restored = item.trashed_at is not None and restore_items(owner, [item.pk]) > 0
    if restored:
        item.refresh_from_db()
    return Uploaded(item, duplicate=True, restored=restored)


def _new_item(
    owner: User, facts: FileFacts, file_type: FileType, notes: UploadNotes, pk: uuid.UUID
) -> MediaItem:
    return MediaItem(
        pk=pk,
        owner=owner,
        kind=file_type.kind,
        file_name=display_name(facts.name),
        content_type=file_type.content_type,
        extension=file_type.extension,
        size_bytes=facts.size_bytes,
        sha256=facts.sha256,
        original_key=storage.original_key(owner.pk, pk, file_type.extension),
        sidecar_key=storage.sidecar_key(owner.pk, pk) if notes.sidecar else "",
        caption=notes.description.strip()[:10_000],
        taken_local=wall_clock(notes.taken_at or timezone.now(), owner),
        taken_source=DateSource.OWNER if notes.taken_at else DateSource.ADDED,
    )


@transaction.atomic
def _insert(item: MediaItem) -> None:
    item.save(force_insert=True)
    create_jobs(item)
    note_change(item.owner_id, [item.pk])
    media_uploaded.send(sender=MediaItem, item_ids=[item.pk], owner_id=item.owner_id)


@transaction.atomic
def restore_items(owner: User, item_ids: list[uuid.UUID]) -> int:
    """Take the owner's items out of the trash; returns how many."""
    items = MediaItem.objects.filter(owner=owner, pk__in=item_ids, trashed_at__isnull=False)
    ids = held_ids(items)
    items.update(trashed_at=None)
    note_change(owner.pk, ids)
    return len(ids)


def copy_aside(path: Path) -> Path:
    """Copy a foreign file into the work folder, so that storing it leaves the source alone."""
    target = Path(settings.PIXTRACT_WORK_DIR) / f"import-{uuid.uuid4().hex}"
    shutil.copyfile(path, target)
    return target
