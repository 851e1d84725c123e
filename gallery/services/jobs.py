"""Writes on the Job table: make, claim, keep, settle, re-open.

A claim is a conditional update. Whoever settles a job must still hold its lease, and
does so in the transaction that stores the results: work of a lost lease leaves no trace.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from gallery.models import Job, JobState, Lane, MediaItem, Step
from gallery.services.changes import batches
from gallery.services.finishing import note_if_finished
from gallery.signals import analysis_requested
from gallery.steps import FOLLOWERS, PLAN_OF, plans_for

LEASE = timedelta(seconds=20)
MAX_ATTEMPTS = 5
MAX_LOSSES = 5
PARTIAL = "partial"
_SETTLED = (JobState.DONE, JobState.FAILED, JobState.SKIPPED)
_FRESH = {
    "state": JobState.WAITING,
    "attempts": 0,
    "losses": 0,
    "held_since": None,
    "error_code": "",
    "error_message": "",
    "lease_token": None,
    "lease_until": None,
    "started_at": None,
    "finished_at": None,
}


class LeaseLost(Exception):
    """Another worker holds this job now, or it was re-opened: drop the work."""


def create_jobs(item: MediaItem) -> None:
    """Make every job of a new item; those that need none can run at once."""
    now = timezone.now()
    Job.objects.bulk_create(
        Job(
            item=item,
            step=plan.step,
            lane=plan.lane,
            priority=plan.priority,
            run_at=None if plan.needs or plan.after else now,
        )
        for plan in plans_for(item.kind)
    )


def claim_next(lane: str) -> Job | None:
    """Take the most urgent ready job of ``lane``, or None when there is none."""
    while True:
        now = timezone.now()
        ready = Job.objects.filter(state=JobState.WAITING, lane=lane, run_at__lte=now)
        candidates = list(
            ready.order_by("priority", "run_at", "pk").values_list("pk", flat=True)[:8]
        )
        if not candidates:
            return None
        for pk in candidates:
            if job := _claim(pk, now):
                return job


def _claim(pk: int, now: datetime) -> Job | None:
    claimed = Job.objects.filter(pk=pk, state=JobState.WAITING, run_at__lte=now).update(
        state=JobState.RUNNING,
        lease_token=uuid.uuid4(),
        lease_until=now + LEASE,
        started_at=now,
        finished_at=None,
        attempts=F("attempts") + 1,
    )
    if not claimed:
        return None
    return Job.objects.select_related("item", "item__owner").filter(pk=pk).first()


def extend_leases(tokens: Collection[uuid.UUID]) -> None:
    """Keep the jobs that a worker is still busy with."""
    Job.objects.filter(state=JobState.RUNNING, lease_token__in=tokens).update(
        lease_until=timezone.now() + LEASE
    )


@transaction.atomic
def finish(job: Job, shortfall: str = "") -> set[str]:
    """Settle ``job`` as done; returns the lanes that got work by it. Raises LeaseLost.

    ``shortfall`` tells people what is missing of a job that is done in part.
    """
    code = PARTIAL if shortfall else ""
    return _settle(job, state=JobState.DONE, error_code=code, error_message=shortfall[:500])


@transaction.atomic
def skip(job: Job, code: str, message: str) -> set[str]:
    """Settle ``job`` as not to be done; raises LeaseLost."""
    return _settle(job, state=JobState.SKIPPED, error_code=code, error_message=message[:500])


@transaction.atomic
def fail(job: Job, code: str, message: str) -> set[str]:
    """Settle ``job`` as failed for good; raises LeaseLost."""
    return _settle(job, state=JobState.FAILED, error_code=code, error_message=message[:500])


@transaction.atomic
def retry_later(job: Job, code: str, message: str, delay: timedelta) -> set[str]:
    """Try again after ``delay``, or fail when that was the last attempt; raises LeaseLost."""
    if job.attempts >= MAX_ATTEMPTS:
        return fail(job, code, message)
    update_held(
        job,
        state=JobState.WAITING,
        run_at=timezone.now() + delay,
        lease_token=None,
        lease_until=None,
        error_code=code,
        error_message=message[:500],
    )
    return set()


@transaction.atomic
def put_off(job: Job, code: str, message: str, delay: timedelta) -> set[str]:
    """Try again after ``delay`` however often: nothing is wrong with the item. Raises LeaseLost."""
    update_held(
        job,
        state=JobState.WAITING,
        run_at=timezone.now() + delay,
        lease_token=None,
        lease_until=None,
        attempts=F("attempts") - 1,
        error_code=code,
        error_message=message[:500],
    )
    return set()


def _settle(job: Job, **values: object) -> set[str]:
    # The item's row lock makes two steps of one item settle one after the other, so that
    # the later one sees both and releases what waits for both.
    MediaItem.objects.select_for_update().filter(pk=job.item_id).first()
    update_held(job, finished_at=timezone.now(), lease_token=None, lease_until=None, **values)
    lanes = release_dependents(job.item_id)
    note_if_finished(job.item_id, job.item.owner_id)
    return lanes


def update_held(job: Job, **values: object) -> None:
    """Write to a job that is still held; raises LeaseLost."""
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token)
    if not held.update(**values):
        raise LeaseLost(str(job))


def release_dependents(item_id: uuid.UUID) -> set[str]:
    """Let the item's blocked jobs run or be skipped; returns the lanes that got work."""
    jobs = {job.step: job for job in Job.objects.filter(item_id=item_id)}
    lanes: set[str] = set()
    for step, plan in PLAN_OF.items():
        job = jobs.get(step)
        if job is None or job.state != JobState.WAITING or job.run_at is not None:
            continue
        if step != Step.INDEX and _release(job, jobs, needs=plan.needs, after=plan.after):
            lanes.add(job.lane)
    return lanes


def _release(job: Job, jobs: dict[str, Job], *, needs: Iterable[str], after: Iterable[str]) -> bool:
    needed = [jobs[step].state for step in needs if step in jobs]
    if any(state in (JobState.FAILED, JobState.SKIPPED) for state in needed):
        job.state, job.finished_at = JobState.SKIPPED, timezone.now()
        job.error_code, job.error_message = "needs_failed", "A step that this one needs failed."
        job.save(update_fields=["state", "finished_at", "error_code", "error_message"])
        return False
    over = all(jobs[step].state in _SETTLED for step in after if step in jobs)
    if not over or any(state != JobState.DONE for state in needed):
        return False
    job.run_at = timezone.now()
    job.save(update_fields=["run_at"])
    return True


def recover_lost(now: datetime) -> int:
    """Take back the jobs whose workers went silent; returns how many. Never loops for ever."""
    lost = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now)
    count = 0
    for job in lost.order_by("lease_until")[:1000]:
        with transaction.atomic():
            count += _recover(job, now)
    return count


def _recover(job: Job, now: datetime) -> int:
    held = Q(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token, lease_until__lt=now)
    if job.losses + 1 < MAX_LOSSES:
        return Job.objects.filter(held).update(
            state=JobState.WAITING,
            run_at=timezone.now(),
            lease_token=None,
            lease_until=None,
            losses=F("losses") + 1,
            attempts=F("attempts") - 1,
        )
    if not Job.objects.filter(held).exists():
        return 0
    fail(job, "worker_lost", f"The worker died {MAX_LOSSES} times while it worked on this file.")
    return 1


def ready_counts(now: datetime) -> dict[str, int]:
    """How many jobs of each lane could run now."""
    ready = Job.objects.filter(state=JobState.WAITING, run_at__lte=now)
    return {lane: n for lane in Lane.values if (n := ready.filter(lane=lane)[:100].count())}


@transaction.atomic
def reopen(item_ids: Sequence[uuid.UUID], steps: Collection[str]) -> int:
    """Run ``steps`` again, with what follows from them; returns how many jobs were re-opened.

    A step that could not run because of one of them is opened, too.
    """
    count = 0
    for batch in batches(item_ids):
        jobs = Job.objects.select_for_update().filter(item__in=batch).exclude(step=Step.INDEX)
        by_item: dict[uuid.UUID, list[Job]] = {}
        for job in jobs:
            by_item.setdefault(job.item_id, []).append(job)
        count += sum(_reopen_item(item_jobs, set(steps)) for item_jobs in by_item.values())
        analysis_requested.send(sender=Job, item_ids=batch)
    return count


def _reopen_item(jobs: list[Job], steps: set[str]) -> int:
    wanted = set(steps)
    for step in steps:
        wanted |= FOLLOWERS.get(step, frozenset())
    # Plans stand in order of need, so one pass finds whatever a wanted step had held up.
    for job in sorted(jobs, key=lambda job: job.priority):
        held_up = job.state == JobState.SKIPPED and job.error_code == "needs_failed"
        if held_up and PLAN_OF[job.step].needs & wanted:
            wanted |= {job.step} | FOLLOWERS.get(job.step, frozenset())
    for job in (job for job in jobs if job.step in wanted):
        plan = PLAN_OF[job.step]
        blocked = bool((plan.needs | plan.after) & wanted)
        Job.objects.filter(pk=job.pk).update(**_FRESH, run_at=None if blocked else timezone.now())
    reopened = len([job for job in jobs if job.step in wanted])
    if jobs:
        release_dependents(jobs[0].item_id)
    return reopened


def retry_failed(item_ids: Sequence[uuid.UUID]) -> int:
    """Run again whatever failed on these items; returns how many jobs were re-opened."""
    count = 0
    for item_id in item_ids:
        failed = Job.objects.filter(item=item_id, state=JobState.FAILED)
        steps = set(failed.values_list("step", flat=True))
        count += reopen([item_id], steps) if steps else 0
    return count


def mark_indexed(item_ids: Sequence[uuid.UUID]) -> None:
    """Settle the index jobs of items whose newest version every reader can find."""
    for batch in batches(item_ids):
        Job.objects.filter(
            item__in=batch, step=Step.INDEX, item__indexed_version__gte=F("item__search_version")
        ).update(state=JobState.DONE, finished_at=timezone.now())
