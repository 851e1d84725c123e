"""Brings back what was lost: leases of dead workers, unheard bells, files without a row."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from gallery import storage
from gallery.models import Job, JobState, Lane, MediaItem, Rendition
from gallery.services import jobs, upload_sessions, verification
from gallery.services.changes import BATCH
from gallery.services.curation import refile_some
from workers.spending.caps import resume_capped
from workers.spending.ledger import settle_abandoned
from workers.tasks import ring, ring_for_uploads

logger = logging.getLogger(__name__)
_ORPHAN_AGE = timedelta(hours=1)
# A bucket dates what is sent in parts by its beginning: a slow upload is old when it ends.
_BUCKET_ORPHAN_AGE = timedelta(days=1)
_UNFINISHED_AGE = timedelta(days=2)
_INCOMING_AGE = timedelta(days=7)
_FILES_AT_ONCE = 20_000


def sweep() -> int:
    """Recover lost jobs and ring for lanes that have work and nobody at it; returns recovered.

    Files anew some of the items whose labels were changed, too.
    """
    now = timezone.now()
    recovered = jobs.recover_lost(now)
    settle_abandoned(now)
    resume_capped()
    refile_some()
    if recovered:
        logger.warning("jobs recovered", extra={"jobs": recovered})
    busy = set(Job.objects.filter(state=JobState.RUNNING).values_list("lane", flat=True).distinct())
    for lane, count in jobs.ready_counts(now).items():
        # Whoever is at a lane works it empty; ringing for it would only fill the broker.
        if lane not in busy and lane != Lane.INDEX:
            ring([lane] * min(count, settings.WORKER_CONCURRENCY))
    if verification.ready_count():
        ring_for_uploads()
    return recovered


def sweep_orphans() -> int:
    """Delete stored files, an hour old (in a bucket: a day), of no row; returns how many.

    A round looks at a bounded number of files; the next goes on behind them.
    """
    _sweep_work_folder()
    try:
        count = sum(_sweep_root(root, known_keys) for root, known_keys in _KNOWN_KEYS.items())
        _sweep_unfinished()
    except storage.StoreUnavailable as error:
        logger.warning("orphans not looked for", extra={"reason": error})
        return 0
    if count:
        logger.warning("orphans deleted", extra={"files": count})
    return count


def _sweep_root(root: str, known_keys: Callable[[set[UUID]], set[str]]) -> int:
    marker = f"sweeper-{root}"
    seen, count, last = 0, 0, str(cache.get(marker, ""))
    files = islice(storage.stored_files(root, last), _FILES_AT_ONCE)
    while batch := list(islice(files, BATCH)):
        seen, last = seen + len(batch), batch[-1].key
        count += _sweep_batch(batch, known_keys)
    # Fewer than asked for: the end is reached, and the next round starts over.
    cache.set(marker, last if seen == _FILES_AT_ONCE else "", timeout=None)
    return count


def _sweep_batch(
    batch: Sequence[storage.StoredFile], known_keys: Callable[[set[UUID]], set[str]]
) -> int:
    oldest = timezone.now() - (_BUCKET_ORPHAN_AGE if storage.is_remote() else _ORPHAN_AGE)
    places = {file.key: place for file in batch if (place := _place_of(file.key))}
    known = known_keys({item for _, item in places.values()})
    orphans = [
        file.key
        for file in batch
        if file.key in places and file.key not in known and file.modified_at < oldest
    ]
    storage.delete_stored(orphans)
    for owner, item in {places[key] for key in orphans}:
        storage.prune_item_folders(owner, item)
    return len(orphans)


def _place_of(key: str) -> tuple[UUID, UUID] | None:
    """Owner and item of a key; None for what we did not put there."""
    parts = key.split("/")
    try:
        return (UUID(parts[1]), UUID(parts[2])) if len(parts) == 4 else None
    except ValueError:
        return None


def _known_renditions(items: set[UUID]) -> set[str]:
    return set(Rendition.objects.filter(item__in=items).values_list("key", flat=True))


def _known_originals(items: set[UUID]) -> set[str]:
    rows = MediaItem.objects.filter(pk__in=items).values_list("original_key", "sidecar_key")
    return {key for row in rows for key in row if key}


_KNOWN_KEYS = {"originals": _known_originals, "renditions": _known_renditions}


def _sweep_unfinished() -> None:
    """Remove uploads that nobody finished: a bucket's own rules may do it, too."""
    for root in _KNOWN_KEYS:
        storage.drop_unfinished(root, timezone.now() - _UNFINISHED_AGE)
    upload_sessions.sweep_stale()
    oldest = timezone.now() - _INCOMING_AGE
    files = islice(storage.stored_files("incoming"), _FILES_AT_ONCE)
    storage.delete_stored([file.key for file in files if file.modified_at < oldest])
    storage.drop_unfinished("incoming", oldest)


def _sweep_work_folder() -> None:
    """Remove what an upload or a step left behind when its process was killed."""
    oldest = time.time() - _ORPHAN_AGE.total_seconds() * 24
    for path in settings.PIXTRACT_WORK_DIR.iterdir():
        if path.stat().st_mtime >= oldest:
            continue
        if path.is_file():
            path.unlink(missing_ok=True)
        elif path.name.startswith(tempfile.gettempprefix()):
            shutil.rmtree(path, ignore_errors=True)
