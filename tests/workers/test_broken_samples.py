"""Every broken file through the upload and the whole pipeline, engines included."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Job, JobState, Lane, MediaItem, Step, TextPage
from workers.engines import label_analyzer, media_tools, text_analyzer
from workers.pipeline import run_lane

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.samples]

_MOST_MEMORY = 1_500 * 2**20
_PASSWD = "root:x:0:0"


def upload(client: APIClient, path: Path) -> tuple[int, dict[str, object]]:
    with path.open("rb") as file:
        response = client.post("/api/v1/media/", {"file": file}, format="multipart")
    return response.status_code, response.json()


def test_broken_files_are_refused_or_fail_with_a_reason(
    samples: Path,
    built_models: Path,
    alice: User,
    api_client: Callable[[User | None], APIClient],
) -> None:
    client = api_client(alice)
    refused, taken = {}, {}
    for path in sorted((samples / "broken").iterdir()):
        status, body = upload(client, path)
        if status in (200, 201):
            taken[path.name] = body["id"]
        else:
            refused[path.name] = (status, body["code"], body["detail"])
    assert all(status == 415 and code and detail for status, code, detail in refused.values())
    for lane in (Lane.MEDIA, Lane.ANALYSIS, Lane.MEDIA, Lane.ANALYSIS):
        run_lane(lane, seconds=600)
    unsettled = Job.objects.exclude(step=Step.INDEX).filter(
        state__in=(JobState.WAITING, JobState.RUNNING)
    )
    assert not unsettled.exists()
    failed = Job.objects.filter(state=JobState.FAILED)
    assert all(job.error_code and job.error_message for job in failed)
    assert not failed.filter(error_code__in=("internal_error", "worker_lost", "crashed")).exists()
    assert MediaItem.objects.filter(owner=alice).count() == len(set(taken.values()))
    assert not TextPage.objects.filter(lines__icontains=_PASSWD).exists()
    media_tools().close()
    for analyzer in (label_analyzer, text_analyzer):
        analyzer.cache_clear()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert peak < _MOST_MEMORY
