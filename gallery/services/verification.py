"""From a complete upload to an item: the whole file is read once, and must be what was said.

A claim is a conditional update with a lease; whoever settles an upload must still hold it.
"""

from __future__ import annotations

import logging
import tempfile
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from gallery import parts
from gallery.incoming import FileFacts
from gallery.models import Upload, UploadState
from gallery.services.jobs import LEASE
from gallery.services.upload_sessions import arriving_of
from gallery.services.uploads import (
    Uploaded,
    UploadNotes,
    UploadRefused,
    create_item_from,
)

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 5
_OUTAGE_DELAY = timedelta(seconds=30)


def _ready(now: datetime) -> Q:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return Q(state=UploadState.VERIFYING, run_at__lte=now) & free


def ready_count() -> int:
    """How many uploads could be checked now, those of dead workers included."""
    return Upload.objects.filter(_ready(timezone.now()))[:100].count()


def claim_next() -> Upload | None:
    """Take the upload that has waited longest, or None when there is none."""
    while True:
        now = timezone.now()
        first = Upload.objects.filter(_ready(now)).order_by("run_at", "pk").first()
        if first is None:
            return None
        claimed = Upload.objects.filter(_ready(now), pk=first.pk).update(
            lease_token=uuid.uuid4(), lease_until=now + LEASE, attempts=F("attempts") + 1
        )
        if claimed:
            return Upload.objects.select_related("owner").get(pk=first.pk)


def extend_leases(tokens: Collection[uuid.UUID]) -> None:
    """Keep the uploads that a worker is still busy with."""
    Upload.objects.filter(state=UploadState.VERIFYING, lease_token__in=tokens).update(
        lease_until=timezone.now() + LEASE
    )


def verify(upload: Upload) -> str:
    """Check the claimed upload and make its item; returns how it ended, in a word."""
    try:
        if upload.attempts > MAX_ATTEMPTS:
            message = f"The worker died {MAX_ATTEMPTS} times while it checked this file."
            raise UploadRefused("worker_lost", message, 500)
        settled = _settle(upload, _take_in(upload))
    except UploadRefused as refusal:
        return _fail(upload, refusal.code, refusal.message)
    except FileNotFoundError:
        return _fail(upload, "file_missing", "What was sent is gone. Send the file again.")
    except OSError as error:
        # The store is away, or a disk is full: neither is the file's fault.
        logger.warning("check put off", extra={"upload": upload.pk, "error": error})
        return _later(upload)
    if not settled:
        return "lease_lost"
    parts.discard(arriving_of(upload))
    return "done"


def _take_in(upload: Upload) -> Uploaded:
    arriving = arriving_of(upload)
    parts.gather(arriving)
    facts = parts.read_facts(arriving, upload.file_name)
    _check_facts(upload, facts)

    def put(key: str) -> None:
        parts.promote(arriving, key)

    with _notes(upload) as notes:
        # Under the upload's own id, so that a check which was killed ends at the same item.
        return create_item_from(upload.owner, facts, notes, put, pk=upload.pk)


def _check_facts(upload: Upload, facts: FileFacts) -> None:
    if facts.size_bytes != upload.size_bytes or facts.sha256 != upload.sha256:
        raise UploadRefused(
            "hash_mismatch",
            "What arrived is not what was announced: the file changed meanwhile, or was damaged"
            " on the way. Send it again.",
            422,
        )


@contextmanager
def _notes(upload: Upload) -> Iterator[UploadNotes]:
    taken_at = datetime.fromisoformat(upload.taken_at) if upload.taken_at else None
    if not upload.sidecar:
        yield UploadNotes(upload.caption, taken_at)
        return
    with tempfile.TemporaryDirectory(dir=settings.PIXTRACT_WORK_DIR) as folder:
        sidecar = Path(folder) / "sidecar.xmp"
        sidecar.write_bytes(bytes(upload.sidecar))
        yield UploadNotes(upload.caption, taken_at, sidecar)


def _settle(upload: Upload, taken: Uploaded) -> bool:
    return _update_held(
        upload,
        state=UploadState.DONE,
        item=taken.item,
        duplicate=taken.duplicate and taken.item.pk != upload.pk,
        sidecar=b"",
    )


def _fail(upload: Upload, code: str, message: str) -> str:
    held = _update_held(
        upload, state=UploadState.FAILED, error_code=code, error_message=message, sidecar=b""
    )
    if held:
        parts.discard(arriving_of(upload))
    return code


def _later(upload: Upload) -> str:
    """An outage is no attempt: it ends when the store is back."""
    _update_held(upload, run_at=timezone.now() + _OUTAGE_DELAY, attempts=F("attempts") - 1)
    return "put_off"


def _update_held(upload: Upload, **values: object) -> bool:
    held = Upload.objects.filter(
        pk=upload.pk, state=UploadState.VERIFYING, lease_token=upload.lease_token
    )
    now = timezone.now()
    return bool(held.update(lease_token=None, lease_until=None, touched_at=now, **values))
