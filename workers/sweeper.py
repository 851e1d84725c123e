"""Brings back what was lost: leases of dead workers, unheard bells, files without a row."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from gallery import storage
from gallery.models import Job, JobState, Lane, MediaItem, Rendition
from gallery.services import jobs
from workers.tasks import ring

logger = logging.getLogger(__name__)
_ORPHAN_AGE = timedelta(hours=1)


def sweep() -> int:
    """Recover lost jobs and ring for lanes that have work and nobody at it; returns recovered."""
    now = timezone.now()
    recovered = jobs.recover_lost(now)
    if recovered:
        logger.warning("jobs recovered", extra={"jobs": recovered})
    busy = set(Job.objects.filter(state=JobState.RUNNING).values_list("lane", flat=True).distinct())
    for lane, count in jobs.ready_counts(now).items():
        # Whoever is at a lane works it empty; ringing for it would only fill the broker.
        if lane not in busy and lane != Lane.INDEX:
            ring([lane] * min(count, settings.WORKER_CONCURRENCY))
    return recovered


def sweep_orphans() -> int:
    """Delete stored files, over an hour old, that belong to no row; returns how many."""
    count = 0
    for root in ("originals", "renditions"):
        for owner, item in _item_folders(root):
            count += _sweep_folder(root, owner, item)
    _sweep_work_folder()
    if count:
        logger.warning("orphans deleted", extra={"files": count})
    return count


def _item_folders(root: str) -> Iterator[tuple[UUID, UUID]]:
    if not default_storage.exists(root):
        return
    for owner in default_storage.listdir(root)[0]:
        for item in default_storage.listdir(f"{root}/{owner}")[0]:
            yield UUID(owner), UUID(item)


def _sweep_folder(root: str, owner: UUID, item: UUID) -> int:
    folder = f"{root}/{owner}/{item}"
    known = _known_keys(root, item)
    oldest = timezone.now() - _ORPHAN_AGE
    orphans = [
        key
        for name in default_storage.listdir(folder)[1]
        if (key := f"{folder}/{name}") not in known
        and default_storage.get_modified_time(key) < oldest
    ]
    storage.delete_stored(orphans)
    if not known:
        storage.prune_item_folders(owner, item)
    return len(orphans)


def _known_keys(root: str, item: UUID) -> set[str]:
    if root == "renditions":
        return set(Rendition.objects.filter(item=item).values_list("key", flat=True))
    rows = MediaItem.objects.filter(pk=item).values_list("original_key", "sidecar_key")
    return {key for row in rows for key in row if key}


def _sweep_work_folder() -> None:
    """Remove what an upload or a step left behind when its process was killed."""
    oldest = time.time() - _ORPHAN_AGE.total_seconds() * 24
    for path in settings.PIXTRACT_WORK_DIR.iterdir():
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
