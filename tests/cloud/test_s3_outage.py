"""The store is away, or shuts us out: nothing is lost, and nobody sees a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from gallery import storage
from gallery.models import Job, JobState, Lane, MediaItem
from gallery.services import jobs
from tests.cloud.broken_store import store_that_answers
from tests.cloud.buckets import choose_bucket, keys_in
from tests.factories import RenditionFactory, picture_bytes, stored_item
from workers.cloud.bucket import BucketStorage
from workers.pipeline import run_job
from workers.sweeper import sweep_orphans

ClientOf = Callable[[User | None], APIClient]
pytestmark = pytest.mark.django_db
TROUBLES = ["refused", "AccessDenied", "NoSuchBucket", "InternalError", "SlowDown"]


@contextmanager
def trouble_with_store(monkeypatch: pytest.MonkeyPatch, code: str) -> Iterator[None]:
    if code == "refused":
        with choose_bucket(monkeypatch, "http://127.0.0.1:9"):
            yield
        return
    with store_that_answers(code) as endpoint, choose_bucket(monkeypatch, endpoint):
        yield


@pytest.mark.parametrize("code", TROUBLES)
def test_an_upload_is_refused_as_a_whole(
    api_client: ClientOf, alice: User, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    file = SimpleUploadedFile("dunes.jpg", picture_bytes())
    with trouble_with_store(monkeypatch, code):
        response = api_client(alice).post("/api/v1/media/", {"file": file}, format="multipart")
    assert (response.status_code, response.json()["code"]) == (503, "store_unavailable")
    assert response["Content-Type"] == "application/problem+json"
    assert "127.0.0.1" not in response.content.decode()
    assert not MediaItem.objects.exists()


@pytest.mark.parametrize("code", TROUBLES)
def test_files_are_503_and_not_404(
    api_client: ClientOf, alice: User, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    item = stored_item(alice)
    RenditionFactory(item=item, name="thumb")
    with trouble_with_store(monkeypatch, code):
        for path in ("original/", "renditions/thumb/"):
            response = api_client(alice).get(f"/api/v1/media/{item.pk}/{path}")
            assert (response.status_code, response.json()["code"]) == (503, "store_unavailable")
            assert "Retry-After" in response


def test_the_upload_page_says_so(
    page_client: Callable[[User], Client], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SimpleUploadedFile("dunes.jpg", picture_bytes())
    with trouble_with_store(monkeypatch, "AccessDenied"):
        response = page_client(alice).post("/uploads/", {"file": file})
    assert response.status_code == 503
    assert "does not answer" in response.content.decode()
    assert response["Retry-After"] == "30"


def test_a_step_waits_for_the_store_without_using_up_its_attempts(
    alice: User, monkeypatch: pytest.MonkeyPatch, bucket: BucketStorage
) -> None:
    item = stored_item(alice)
    with trouble_with_store(monkeypatch, "NoSuchBucket"):
        for _ in range(jobs.MAX_ATTEMPTS + 1):
            Job.objects.filter(item=item, run_at__isnull=False).update(run_at=timezone.now())
            run_next()
    waiting = Job.objects.get(item=item, step="inspect")
    assert (waiting.state, waiting.error_code) == (JobState.WAITING, "store_unavailable")
    assert waiting.attempts == 0
    assert waiting.run_at is not None and waiting.run_at < timezone.now() + timedelta(minutes=2)


def test_the_step_is_done_when_the_store_is_back(
    alice: User, monkeypatch: pytest.MonkeyPatch, bucket: BucketStorage
) -> None:
    item = stored_item(alice)
    with trouble_with_store(monkeypatch, "refused"):
        run_next()
    monkeypatch.undo()
    Job.objects.filter(item=item, run_at__isnull=False).update(run_at=timezone.now())
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
    run_next()
    done = Job.objects.get(item=item, step="inspect")
    assert (done.state, done.error_code) == (JobState.DONE, "")


def run_next() -> None:
    job = jobs.claim_next(Lane.MEDIA)
    assert job is not None
    run_job(job)


def test_an_object_that_is_missing_is_no_outage(alice: User, bucket: BucketStorage) -> None:
    item = stored_item(alice)
    bucket.delete(item.original_key)
    run_next()
    failed = Job.objects.get(item=item, step="inspect")
    assert (failed.state, failed.error_code) == (JobState.FAILED, "file_missing")


def test_an_answer_that_breaks_off_is_never_a_short_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with trouble_with_store(monkeypatch, "half"):
        with pytest.raises(storage.StoreUnavailable), storage.open_stored("a/b") as opened:
            opened.read()
        with pytest.raises(storage.StoreUnavailable), storage.local_copy("a/b"):
            pytest.fail("the copy is not whole")


def test_deletion_goes_through_and_the_sweeper_does_the_rest(
    api_client: ClientOf,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    bucket: BucketStorage,
    django_capture_on_commit_callbacks: Any,
) -> None:
    item = stored_item(alice)
    client = api_client(alice)
    client.delete(f"/api/v1/media/{item.pk}/")
    with (
        trouble_with_store(monkeypatch, "AccessDenied"),
        django_capture_on_commit_callbacks(execute=True),
    ):
        gone = client.delete(f"/api/v1/media/{item.pk}/?permanent=true")
        assert sweep_orphans() == 0
    assert gone.status_code == 204
    assert keys_in(bucket) == {f"library/{item.original_key}"}
    monkeypatch.setattr("workers.sweeper._BUCKET_ORPHAN_AGE", timedelta(0))
    assert sweep_orphans() == 1
    assert keys_in(bucket) == set()


def test_no_credentials_are_an_outage_too(
    monkeypatch: pytest.MonkeyPatch, bucket: BucketStorage, tmp_path: Path
) -> None:
    with choose_bucket(monkeypatch, bucket.endpoint_url):
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        with pytest.raises(storage.StoreUnavailable):
            storage.check_reachable()
        with pytest.raises(storage.StoreUnavailable):
            storage.link_to("a", content_type="image/png", disposition="inline")
