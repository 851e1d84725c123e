"""One object of the bucket drop: whose it is, and how it becomes an item."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages

from accounts.models import User
from gallery.incoming import read_incoming
from gallery.models import DroppedObject
from gallery.services.drops import is_noted, note_left, note_taken
from gallery.services.uploads import UploadRefused, create_media_item
from gallery.storage import StoreUnavailable
from workers.cloud.bucket import BucketStorage
from workers.cloud.clients import client
from workers.cloud.store_errors import translated

logger = logging.getLogger(__name__)
_CHUNK = 1 << 20
_COLD = ("GLACIER", "DEEP_ARCHIVE")


@dataclass(frozen=True, slots=True)
class Found:
    """An object as the bucket describes it. ``mark`` changes with every write."""

    key: str
    size: int
    etag: str
    mark: str
    cold: bool = False


class Drop:
    """The folder of the bucket into which users put files."""

    def __init__(self) -> None:
        ingest = settings.PIXTRACT_INGEST
        self.bucket: str = ingest["bucket"]
        self.prefix: str = ingest["prefix"] + "/"
        self._deletes: bool = ingest["delete"]
        self.client = _bucket_client()

    def holds(self, bucket: str, key: str) -> bool:
        """Whether the object is a file in the drop; a key with a slash behind is a folder."""
        return bucket == self.bucket and key.startswith(self.prefix) and not key.endswith("/")

    def take(self, key: str) -> DroppedObject | None:
        """Import the object, or report why not; None when it is gone or was seen before.

        Raises StoreUnavailable and OSError: worth another try.
        """
        found = self._look_at(key)
        if found is None or is_noted(self.bucket, key, found.mark):
            return None
        owner, reason = self._owner_of(key)
        if owner is None:
            logger.warning("dropped for nobody", extra={"bucket": self.bucket, "key": key})
        reason = reason or _reason_to_leave(found)
        if owner is None or reason:
            return note_left(self.bucket, key, found.mark, owner, reason)
        return self._import(found, owner)

    def _look_at(self, key: str) -> Found | None:
        try:
            with translated(key):
                head = self.client.head_object(Bucket=self.bucket, Key=key)
        except FileNotFoundError:
            return None
        archived = head.get("StorageClass") in _COLD or "ArchiveStatus" in head
        cold = archived and 'ongoing-request="false"' not in head.get("Restore", "")
        mark = mark_of(head["ETag"], head["LastModified"])
        return Found(key, head["ContentLength"], head["ETag"], mark, cold)

    def _owner_of(self, key: str) -> tuple[User | None, str]:
        name, slash, _ = key.removeprefix(self.prefix).partition("/")
        if not slash:
            return None, "It lies in no user's folder."
        owner = _user_named(name)
        return owner, "" if owner else f"There is no active user {name}."

    def _import(self, found: Found, owner: User) -> DroppedObject | None:
        with tempfile.TemporaryDirectory(dir=settings.PIXTRACT_WORK_DIR) as folder:
            path = Path(folder) / "dropped"
            if not self._download(found, path):
                return None
            incoming = read_incoming(path, found.key.rpartition("/")[2])
            try:
                uploaded = create_media_item(owner, incoming)
            except UploadRefused as refusal:
                if refusal.status >= 500:
                    raise StoreUnavailable(refusal.message) from refusal
                return note_left(self.bucket, found.key, found.mark, owner, refusal.message)
        noted = note_taken(
            self.bucket, found.key, found.mark, uploaded.item, duplicate=uploaded.duplicate
        )
        if self._deletes:
            self._delete(found)
        return noted

    def _download(self, found: Found, path: Path) -> bool:
        """Write these very bytes, or return False when they are gone.

        Another version than the one that was looked at is not taken.
        """
        try:
            with translated(found.key):
                answer = self.client.get_object(
                    Bucket=self.bucket, Key=found.key, IfMatch=found.etag
                )
        except FileNotFoundError:
            return False
        written = 0
        with translated(found.key), path.open("wb") as file:
            for chunk in answer["Body"].iter_chunks(_CHUNK):
                written += len(chunk)
                if written > found.size:
                    raise StoreUnavailable(f"{found.key} is longer than the bucket said")
                file.write(chunk)
        if written != found.size:
            raise StoreUnavailable(f"{found.key} ended early")
        return True

    def _delete(self, found: Found) -> None:
        now = self._look_at(found.key)
        if now is None or now.mark != found.mark:
            # Written over meanwhile: those bytes are nobody's copy yet.
            return
        with translated(found.key):
            self.client.delete_object(Bucket=self.bucket, Key=found.key)


def mark_of(etag: str, modified_at: Any) -> str:
    """What tells one write of an object from the next, in listings and headers alike."""
    return f"{etag.strip(chr(34))[:80]}|{modified_at:%Y-%m-%dT%H:%M:%S}"


def _reason_to_leave(found: Found) -> str:
    if found.cold:
        return "It is archived in the bucket: restore it there, then write it anew."
    limit = settings.PIXTRACT_MAX_UPLOAD_BYTES
    if found.size > limit:
        return f"The file is over the limit of {limit // (1 << 20)} MB."
    return ""


def _user_named(name: str) -> User | None:
    active = User.objects.filter(is_active=True)
    try:
        by_id = active.filter(pk=UUID(name)).first()
    except ValueError:
        by_id = None
    return by_id or active.filter(username__iexact=name).first()


def _bucket_client() -> Any:
    store = storages["default"]
    if isinstance(store, BucketStorage):
        return store.client
    bucket = settings.PIXTRACT_S3
    return client("s3", region=bucket["region"], endpoint_url=bucket["endpoint_url"])
