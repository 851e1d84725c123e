"""Uploads in parts: announced, sent to the store by the client itself, told to be complete."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from gallery import parts
from gallery.incoming import FileFacts, display_name
from gallery.models import MediaItem, Upload, UploadState
from gallery.parts.types import Arriving, SignedRequest, Wish, part_bytes_for
from gallery.services.uploads import (
    Uploaded,
    UploadRefused,
    check_acceptable,
    check_size,
    existing_item,
)
from gallery.signals import upload_finished

MAX_OPEN = 2000
STALE = timedelta(days=6)
_OPEN = (UploadState.UPLOADING, UploadState.VERIFYING)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a client says of a file before it sends it. ``head``: its first bytes, or none."""

    file_name: str
    size_bytes: int
    sha256: str
    head: bytes = b""
    caption: str = ""
    taken_at: str = ""
    sidecar: bytes = b""


@dataclass(frozen=True, slots=True)
class Opened:
    """The upload, whether it is a new one, and how many of its bytes are there."""

    upload: Upload
    created: bool
    sent_bytes: int = 0


def arriving_of(upload: Upload) -> Arriving:
    """The upload as the store knows it."""
    return Arriving(
        upload_id=upload.pk,
        owner_id=upload.owner_id,
        key=upload.key,
        size_bytes=upload.size_bytes,
        part_bytes=upload.part_bytes,
        multipart_id=upload.multipart_id,
    )


def known_items(owner: User, hashes: Sequence[str]) -> list[MediaItem]:
    """The owner's items whose bytes have one of these hashes."""
    return list(MediaItem.objects.filter(owner=owner, sha256__in=hashes).order_by("pk"))


def open_upload(owner: User, announced: Announcement) -> Opened:
    """Begin the upload, or go on with the one that the same file has; raises UploadRefused.

    Bytes that the owner has already give an upload that is done before it began.
    """
    _check_announced(announced)
    if existing := existing_item(owner, announced.sha256):
        return Opened(_already_here(owner, announced, existing), created=False)
    if upload := _open_one(owner, announced):
        return _go_on(upload)
    if Upload.objects.filter(owner=owner, state__in=_OPEN).count() >= MAX_OPEN:
        raise UploadRefused("too_many_uploads", "Too many uploads are unfinished.", 429)
    return _begin(owner, announced)


def _check_announced(announced: Announcement) -> None:
    check_size(announced.size_bytes)
    if announced.head:
        check_acceptable(
            FileFacts(
                name=announced.file_name,
                size_bytes=announced.size_bytes,
                sha256=announced.sha256,
                head=announced.head,
            )
        )


def _already_here(owner: User, announced: Announcement, existing: Uploaded) -> Upload:
    """A row that is not stored: nothing was sent, so nothing is to be remembered."""
    upload = _new_upload(owner, announced)
    upload.state, upload.item, upload.duplicate = UploadState.DONE, existing.item, True
    upload.restored = existing.restored
    return upload


def _open_one(owner: User, announced: Announcement) -> Upload | None:
    """The unfinished upload of these bytes; raises UploadRefused for one of another size."""
    upload = Upload.objects.filter(owner=owner, sha256=announced.sha256, state__in=_OPEN).first()
    if upload and upload.size_bytes != announced.size_bytes:
        raise UploadRefused(
            "announced_with_another_size",
            f"A file with this sha256 was announced with another size, {upload.size_bytes} bytes:"
            f" cancel that upload first, {upload.pk}.",
            409,
        )
    return upload


def _new_upload(owner: User, announced: Announcement) -> Upload:
    pk = uuid.uuid4()
    now = timezone.now()
    return Upload(
        pk=pk,
        owner=owner,
        file_name=display_name(announced.file_name),
        size_bytes=announced.size_bytes,
        sha256=announced.sha256,
        caption=announced.caption,
        taken_at=announced.taken_at,
        sidecar=announced.sidecar,
        key=f"incoming/{owner.pk}/{pk}/file",
        part_bytes=part_bytes_for(announced.size_bytes),
        created_at=now,
        touched_at=now,
    )


def _begin(owner: User, announced: Announcement) -> Opened:
    upload = _new_upload(owner, announced)
    upload.multipart_id = parts.begin(arriving_of(upload))
    try:
        with transaction.atomic():
            upload.save(force_insert=True)
    except IntegrityError:
        parts.discard(arriving_of(upload))
        # The unique key on owner and bytes: the same file was announced twice at once.
        if other := _open_one(owner, announced):
            return _go_on(other)
        raise
    return Opened(upload, created=True)


def _go_on(upload: Upload) -> Opened:
    if upload.state != UploadState.UPLOADING:
        return Opened(upload, created=False, sent_bytes=upload.size_bytes)
    Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now())
    return Opened(upload, created=False, sent_bytes=_revive(upload))


def _revive(upload: Upload) -> int:
    """See what is there of an upload; begin anew what the store forgot."""
    arriving = arriving_of(upload)
    if parts.is_complete(arriving):
        return upload.size_bytes
    found = parts.sizes(arriving)
    if found is not None:
        return sum(found.values())
    upload.multipart_id = parts.begin(arriving)
    Upload.objects.filter(pk=upload.pk).update(multipart_id=upload.multipart_id)
    return 0


def sent_bytes(upload: Upload) -> int:
    """How much of an upload is there, in whole parts."""
    if upload.state != UploadState.UPLOADING:
        return upload.size_bytes
    arriving = arriving_of(upload)
    if parts.is_complete(arriving):
        return upload.size_bytes
    return sum((parts.sizes(arriving) or {}).values())


def sign(upload: Upload, wish: Wish) -> SignedRequest:
    """Say where the client may send this request for its upload; raises UploadRefused."""
    if upload.state != UploadState.UPLOADING:
        raise UploadRefused("upload_closed", "This upload takes nothing more.", 409)
    arriving = arriving_of(upload)
    highest = arriving.part_count
    if wish.part_number and not highest:
        raise UploadRefused("no_such_part", "This file is sent in one piece: sign part 0.", 400)
    if wish.method == "PUT" and not min(highest, 1) <= wish.part_number <= highest:
        raise UploadRefused("no_such_part", f"The file has parts 1 to {highest}.", 400)
    if wish.method != "PUT" and not highest:
        raise UploadRefused("no_such_part", "This file is sent in one piece.", 400)
    Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now())
    return parts.sign(arriving, wish)


def finish(upload: Upload) -> Upload:
    """Have the upload checked; doing it twice is harmless. Raises UploadRefused."""
    if upload.state == UploadState.UPLOADING:
        if not parts.is_complete(arriving_of(upload)):
            raise UploadRefused("incomplete", "Not all of the file has arrived.", 409)
        _hand_over(upload)
        upload.refresh_from_db()
    return upload


@transaction.atomic
def _hand_over(upload: Upload) -> None:
    now = timezone.now()
    changed = Upload.objects.filter(pk=upload.pk, state=UploadState.UPLOADING).update(
        state=UploadState.VERIFYING, run_at=now, touched_at=now
    )
    if changed:
        upload_finished.send(sender=Upload)


def cancel(upload: Upload) -> None:
    """Forget the upload and what was sent; raises UploadRefused while it is being checked."""
    if not Upload.objects.filter(pk=upload.pk).exclude(state=UploadState.VERIFYING).delete()[0]:
        raise UploadRefused("upload_closed", "This upload is being checked.", 409)
    parts.discard(arriving_of(upload))


def sweep_stale() -> int:
    """Forget uploads that nobody touched for days, and what was sent; returns how many."""
    stale = Upload.objects.filter(touched_at__lt=timezone.now() - STALE)
    count = 0
    for upload in stale.exclude(state=UploadState.VERIFYING)[:1000]:
        Upload.objects.filter(pk=upload.pk).delete()
        parts.discard(arriving_of(upload))
        count += 1
    return count
