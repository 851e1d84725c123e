"""Jobs that wait through no fault of their own: put off, and let go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from gallery.models import Job, JobState
from gallery.services.jobs import fail, update_held

MAX_HELD = timedelta(hours=24)


@transaction.atomic
def hold(job: Job, code: str, message: str, until: datetime, *, bounded: bool) -> set[str]:
    """Put ``job`` off until then, with no attempt used up; raises LeaseLost.

    What is ``bounded`` fails after a day of being put off; the rest may wait for ever.
    """
    now = timezone.now()
    since = (job.held_since or now) if bounded else None
    if since is not None and now - since > MAX_HELD:
        return fail(job, code, message)
    update_held(
        job,
        state=JobState.WAITING,
        run_at=until,
        held_since=since,
        attempts=F("attempts") - 1,
        lease_token=None,
        lease_until=None,
        error_code=code,
        error_message=message[:500],
    )
    return set()


def resume_held(code: str) -> int:
    """Let every job that was put off with ``code`` run now; returns how many."""
    held = Job.objects.filter(state=JobState.WAITING, error_code=code, run_at__isnull=False)
    return held.update(run_at=timezone.now())
