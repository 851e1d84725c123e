"""The Job table: claims, leases, dependents, retries, re-opening."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gallery.models import Job, JobState, Kind, Lane, MediaItem, Step
from gallery.services import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> MediaItem:
    return make_item(Kind.PHOTO)


def make_item(kind: str) -> MediaItem:
    owner = User.objects.create(username=f"owner-{uuid.uuid4().hex[:8]}")
    item = MediaItem.objects.create(
        owner=owner,
        kind=kind,
        file_name="a.jpg",
        content_type="image/jpeg",
        extension="jpg",
        size_bytes=1,
        sha256=uuid.uuid4().hex * 2,
        original_key="originals/x",
        taken_local=timezone.now(),
    )
    jobs.create_jobs(item)
    return item


def states(item: MediaItem) -> dict[str, str]:
    return dict(Job.objects.filter(item=item).values_list("step", "state"))


def run_to_done(lane: str) -> list[str]:
    steps = []
    while job := jobs.claim_next(lane):
        jobs.finish(job)
        steps.append(job.step)
    return steps


def test_an_items_list_is_complete_from_its_first_second(item: MediaItem) -> None:
    assert set(states(item)) == set(Step.values) - {Step.TRANSCODE}
    assert set(states(make_item(Kind.VIDEO))) == set(Step.values) - {Step.EXTRACT}


def test_steps_run_in_order_of_need(item: MediaItem) -> None:
    assert run_to_done(Lane.MEDIA) == [Step.INSPECT, Step.RENDER, Step.PLACE]
    assert run_to_done(Lane.ANALYSIS) == [Step.LABEL, Step.READ]
    assert run_to_done(Lane.MEDIA) == [Step.CATEGORIZE]
    assert run_to_done(Lane.ANALYSIS) == [Step.EXTRACT]
    assert {step for step, state in states(item).items() if state != JobState.DONE} == {Step.INDEX}


def test_a_job_is_claimed_once(item: MediaItem) -> None:
    first = jobs.claim_next(Lane.MEDIA)
    assert first is not None and first.step == Step.INSPECT
    assert jobs.claim_next(Lane.MEDIA) is None


def test_a_failed_step_skips_those_that_need_it_and_no_others(item: MediaItem) -> None:
    inspect = jobs.claim_next(Lane.MEDIA)
    assert inspect is not None
    jobs.finish(inspect)
    render = jobs.claim_next(Lane.MEDIA)
    assert render is not None and render.step == Step.RENDER
    jobs.fail(render, "corrupt", "The file is damaged.")
    assert states(item)[Step.LABEL] == JobState.SKIPPED
    assert states(item)[Step.READ] == JobState.SKIPPED
    assert run_to_done(Lane.MEDIA) == [Step.PLACE, Step.CATEGORIZE]


def test_who_lost_the_lease_stores_nothing(item: MediaItem) -> None:
    job = jobs.claim_next(Lane.MEDIA)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.recover_lost(timezone.now()) == 1
    again = jobs.claim_next(Lane.MEDIA)
    assert again is not None and again.pk == job.pk
    with pytest.raises(jobs.LeaseLost), transaction.atomic():
        jobs.finish(job)
    jobs.finish(again)
    assert states(item)[Step.INSPECT] == JobState.DONE


def test_a_kept_lease_is_not_recovered(item: MediaItem) -> None:
    job = jobs.claim_next(Lane.MEDIA)
    assert job is not None and job.lease_token is not None
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.extend_leases([job.lease_token])
    assert jobs.recover_lost(timezone.now()) == 0


def test_a_file_that_kills_its_worker_ends_as_failed(item: MediaItem) -> None:
    for _ in range(jobs.MAX_LOSSES):
        job = jobs.claim_next(Lane.MEDIA)
        assert job is not None and job.step == Step.INSPECT
        jobs.recover_lost(timezone.now() + timedelta(minutes=1))
    inspect = Job.objects.get(item=item, step=Step.INSPECT)
    assert (inspect.state, inspect.error_code) == (JobState.FAILED, "worker_lost")
    assert states(item)[Step.RENDER] == JobState.SKIPPED


def test_a_passing_error_is_tried_again_later_and_not_for_ever(item: MediaItem) -> None:
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        Job.objects.filter(item=item, step=Step.INSPECT).update(run_at=timezone.now())
        job = jobs.claim_next(Lane.MEDIA)
        assert job is not None and job.attempts == attempt
        jobs.retry_later(job, "engine_crashed", "It crashed.", timedelta(hours=1))
    assert states(item)[Step.INSPECT] == JobState.FAILED


def test_reopening_runs_a_step_again_with_what_it_had_held_up(item: MediaItem) -> None:
    inspect = jobs.claim_next(Lane.MEDIA)
    assert inspect is not None
    jobs.fail(inspect, "corrupt", "The file is damaged.")
    assert run_to_done(Lane.MEDIA) == [Step.CATEGORIZE]
    assert run_to_done(Lane.ANALYSIS) == [Step.EXTRACT]
    assert jobs.retry_failed([item.pk]) == 7
    assert run_to_done(Lane.MEDIA) == [Step.INSPECT, Step.RENDER, Step.PLACE]
    assert run_to_done(Lane.ANALYSIS) == [Step.LABEL, Step.READ]
    assert run_to_done(Lane.MEDIA) == [Step.CATEGORIZE]
    assert run_to_done(Lane.ANALYSIS) == [Step.EXTRACT]


def test_reopening_labels_sorts_into_categories_again(item: MediaItem) -> None:
    for lane in (Lane.MEDIA, Lane.ANALYSIS, Lane.MEDIA, Lane.ANALYSIS):
        run_to_done(lane)
    assert jobs.reopen([item.pk], [Step.LABEL]) == 2
    assert run_to_done(Lane.MEDIA) == []
    assert run_to_done(Lane.ANALYSIS) == [Step.LABEL]
    assert run_to_done(Lane.MEDIA) == [Step.CATEGORIZE]


def test_a_reopened_job_is_lost_to_whoever_was_at_it(item: MediaItem) -> None:
    job = jobs.claim_next(Lane.MEDIA)
    assert job is not None
    jobs.reopen([item.pk], [Step.INSPECT])
    with pytest.raises(jobs.LeaseLost), transaction.atomic():
        jobs.finish(job)


def test_a_deleted_items_job_is_gone(item: MediaItem) -> None:
    job = jobs.claim_next(Lane.MEDIA)
    assert job is not None
    item.delete()
    with pytest.raises(jobs.LeaseLost), transaction.atomic():
        jobs.finish(job)
