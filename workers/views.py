"""The Activity page: what is waiting, running and failed, and why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from gallery.models import DroppedObject, Job, JobState, Rendition, Step
from gallery.pending import pending_items
from gallery.queries import failed_jobs, job_counts, partial_jobs, thumbs_of
from gallery.services.drops import dismiss_reports, reports_for
from gallery.services.jobs import retry_failed
from gallery.views.requests import PageRequest
from workers.spending.holds import PAUSES

_SHOWN = 100
_COLUMNS = (JobState.WAITING, JobState.RUNNING, JobState.DONE, JobState.FAILED, JobState.SKIPPED)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the pipeline and how many jobs of it are in each state."""

    name: str
    counts: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class BusyItem:
    """An item with open steps, and how many of its steps are over.

    ``open_steps`` are without those that are paused, which ``paused`` gives with the reason.
    """

    job: Job
    over: int
    total: int
    open_steps: list[str]
    paused: list[str]


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Everything that the Activity page shows."""

    rows: list[StepRow]
    busy: list[BusyItem]
    busy_total: int
    failed: list[Job]
    failed_total: int
    partial: list[Job]
    thumbs: dict[UUID, Rendition]
    drops: list[DroppedObject]
    drops_total: int

    @property
    def columns(self) -> list[str]:
        return [state.label for state in _COLUMNS]

    @property
    def version(self) -> str:
        """Changes with whatever the page shows."""
        counts = "".join(f"{n}." for row in self.rows for _, n in row.counts)
        shown = f"{self.failed_total}.{len(self.partial)}.{self.drops_total}"
        return f"{counts}{self.busy_total}.{shown}"


@login_required
@require_GET
def activity(request: PageRequest) -> HttpResponse:
    """Show the state of the pipeline, as far as it is about this user's items."""
    page = _page(request)
    if request.GET.get("state") == page.version:
        return HttpResponse(status=204)
    return render(request, "workers/activity.html", {"page": page})


@login_required
@require_POST
def retry_all(request: PageRequest) -> HttpResponse:
    """Run again everything of the user's that failed."""
    items = list(failed_jobs(request.user).order_by().values_list("item", flat=True))
    retry_failed(list(set(items)))
    # Steps that follow from failed ones run again, too, but nobody has counted those.
    words = "failed step runs" if len(items) == 1 else "failed steps run"
    messages.success(request, f"{len(items)} {words} again.")
    return redirect("workers:activity")


@login_required
@require_POST
def dismiss_drops(request: PageRequest) -> HttpResponse:
    """Show the reports about the user's dropped files no more."""
    dismiss_reports(request.user)
    return redirect("workers:activity")


def _page(request: PageRequest) -> ActivityPage:
    failed = failed_jobs(request.user)
    drops = list(reports_for(request.user)[:_SHOWN])
    shown = list(failed[:_SHOWN])
    partial = list(partial_jobs(request.user)[:_SHOWN])
    pending = pending_items(request.user)
    busy = _busy(list(pending.order_by("-added_at")[:_SHOWN].values_list("pk", flat=True)))
    ids = {job.item_id for job in (*shown, *partial)} | {row.job.item_id for row in busy}
    return ActivityPage(
        rows=_rows(job_counts(request.user)),
        busy=busy,
        busy_total=pending.count(),
        failed=shown,
        failed_total=failed.count(),
        partial=partial,
        thumbs=thumbs_of(ids),
        drops=drops,
        drops_total=len(drops) if len(drops) < _SHOWN else reports_for(request.user).count(),
    )


def _rows(counts: dict[str, dict[str, int]]) -> list[StepRow]:
    return [
        StepRow(step.label, [(state, counts[step].get(state, 0)) for state in _COLUMNS])
        for step in Step
        if step in counts
    ]


def _busy(item_ids: list[UUID]) -> list[BusyItem]:
    jobs = Job.objects.filter(item__in=item_ids).exclude(step=Step.INDEX).select_related("item")
    by_item: dict[UUID, list[Job]] = {item_id: [] for item_id in item_ids}
    for job in jobs.order_by("priority"):
        by_item[job.item_id].append(job)
    return [_busy_item(of_item) for of_item in by_item.values() if of_item]


def _busy_item(jobs: list[Job]) -> BusyItem:
    still = [job for job in jobs if job.state in (JobState.WAITING, JobState.RUNNING)]
    held = [job for job in still if job.state == JobState.WAITING and job.error_code in PAUSES]
    names = [job.get_step_display() for job in still if job not in held]
    paused = [f"{job.get_step_display()} · {job.error_message}" for job in held]
    return BusyItem(jobs[0], len(jobs) - len(still), len(jobs), names, paused)
