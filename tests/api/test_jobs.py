"""Jobs, new analyses and the state of the library."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Job, JobState, MediaItem, Step
from tests.factories import MediaItemFactory, stored_item
from workers.models import AnalysisResult
from workers.results import LABELS, TEXT

ClientOf = Callable[[User | None], APIClient]


@pytest.fixture
def item(alice: User) -> MediaItem:
    """An item all of whose steps are over; making it playable would have failed."""
    item = stored_item(alice)
    Job.objects.filter(item=item).update(
        state=JobState.DONE, finished_at=timezone.now(), attempts=1
    )
    return item


def states(item: MediaItem) -> dict[str, str]:
    return dict(item.jobs.values_list("step", "state"))


def test_jobs_tell_what_went_wrong(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    failed = {"state": JobState.FAILED, "error_code": "bad_file", "error_message": "It is cut off."}
    Job.objects.filter(item=item, step=Step.RENDER).update(**failed)
    jobs = api_client(alice).get(f"/api/v1/media/{item.pk}/jobs/").json()["results"]
    by_step = {job["step"]: job for job in jobs}
    assert by_step["render"]["error"] == {"code": "bad_file", "message": "It is cut off."}
    assert by_step["label"]["error"] is None
    assert set(by_step["label"]) == {"step", "state", "attempts", "error", "started", "finished"}


def test_analysis_runs_again(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    Job.objects.filter(item=item, step=Step.RENDER).update(state=JobState.FAILED)
    answer = api_client(alice).post(f"/api/v1/media/{item.pk}/analyze/", {}, format="json")
    assert answer.status_code == 202
    waiting = {step for step, state in states(item).items() if state == JobState.WAITING}
    assert waiting >= {"label", "read", "render", "categorize"}
    assert "inspect" not in waiting
    assert answer.json()["reopened"] == 5


def test_one_step_alone(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    sent = {"steps": ["place"]}
    api_client(alice).post(f"/api/v1/media/{item.pk}/analyze/", sent, format="json")
    assert [step for step, state in states(item).items() if state == "waiting"] == ["place"]


@pytest.mark.parametrize(("force", "left"), [(False, {LABELS, TEXT}), (True, {TEXT})])
def test_force_forgets_kept_answers(
    api_client: ClientOf, alice: User, item: MediaItem, force: bool, left: set[str]
) -> None:
    for operation in (LABELS, TEXT):
        AnalysisResult.objects.create(
            owner=alice, sha256=item.sha256, part=1, operation=operation, raw=b""
        )
    sent = {"steps": ["label"], "force": force}
    api_client(alice).post(f"/api/v1/media/{item.pk}/analyze/", sent, format="json")
    assert set(AnalysisResult.objects.values_list("operation", flat=True)) == left


@pytest.mark.parametrize("sent", [{"steps": ["explode"]}, {"steps": ["index"]}, {"steps": "label"},
                                  {"force": "x"}, {"steps": ["label"] * 50}])  # fmt: skip
def test_senseless_wishes_are_told(
    api_client: ClientOf, alice: User, item: MediaItem, sent: object
) -> None:
    answer = api_client(alice).post(f"/api/v1/media/{item.pk}/analyze/", sent, format="json")
    assert answer.status_code == 400


def test_status_is_of_the_own_library(
    api_client: ClientOf, alice: User, bob: User, item: MediaItem
) -> None:
    Job.objects.filter(item=item, step=Step.LABEL).update(state=JobState.WAITING)
    MediaItemFactory(owner=alice, size_bytes=5, trashed_at=timezone.now())
    data = api_client(alice).get("/api/v1/status/").json()
    assert (data["items"], data["trashed"], data["pending"]) == (1, 1, 1)
    assert data["bytes"] == item.size_bytes + 5
    assert data["steps"]["label"] == {"waiting": 1}
    others = api_client(bob).get("/api/v1/status/").json()
    assert (others["spend"].pop("spent"), others.pop("spend")["paused"]) == ("0.000000", [])
    assert others == {
        "items": 0,
        "trashed": 0,
        "bytes": 0,
        "pending": 0,
        "steps": {},
    }


def test_strangers_find_nothing(
    api_client: ClientOf, bob: User, carol: User, item: MediaItem
) -> None:
    before = states(item)
    for client in (api_client(bob), api_client(carol)):
        assert client.get(f"/api/v1/media/{item.pk}/jobs/").status_code == 404
        answer = client.post(f"/api/v1/media/{item.pk}/analyze/", {}, format="json")
        assert answer.status_code == 404
    assert states(item) == before
