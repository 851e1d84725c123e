"""Files that a provider works on for a while: started once, asked after, kept, given up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from gallery.models import Job, JobState, Lane, MediaItem, Step
from tests.cloud.fake_aws import FakeAws, running
from tests.factories import JobFactory, MediaItemFactory
from tests.workers.paid import bought_at
from workers.analyzers.aws_errors import translated
from workers.analyzers.base import AnalyzerError, Completed, Pending, StoredInput
from workers.cloud.clients import client
from workers.models import ProviderJob, Spend
from workers.results import LABELS, long_answer, wake
from workers.spending.holds import PROVIDER_PENDING, Hold

pytestmark = pytest.mark.django_db(transaction=True)
STORED = StoredInput("bucket", "film.mp4", "video/mp4", units=3)


class Film:
    """The smallest engine of whole videos."""

    name = provider = "rekognition"
    operation = "StartLabelDetection"

    def __init__(self, url: str) -> None:
        self._client = client("rekognition", region="eu-west-1", endpoint_url=url, attempts=1)

    def parameters(self) -> Mapping[str, Any]:
        return {}

    def start(self, stored: StoredInput, token: str) -> Pending:
        video = {"S3Object": {"Bucket": stored.bucket, "Name": stored.key}}
        with translated("rekognition"):
            answer = self._client.start_label_detection(Video=video, ClientRequestToken=token)
            return Pending(answer["JobId"])

    def collect(self, provider_job_id: str) -> Completed | Pending:
        with translated("rekognition"):
            answer = self._client.get_label_detection(JobId=provider_job_id)
        if answer["JobStatus"] == "IN_PROGRESS":
            return Pending(provider_job_id)
        return Completed(raw={"Labels": answer["Labels"]}, model_version="3.0", units=3)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    answers = {
        "StartLabelDetection": lambda body: {"JobId": body["ClientRequestToken"]},
        "GetLabelDetection": lambda _: {"JobStatus": "IN_PROGRESS"},
    }
    with running(FakeAws(answers)) as fake, bought_at(fake, monkeypatch):
        assert settings.PIXTRACT_LABEL_ENGINE == "rekognition"
        yield fake


@pytest.fixture
def item(alice: User) -> MediaItem:
    return MediaItemFactory(owner=alice, kind="video")


def ask(aws: FakeAws, item: MediaItem) -> str:
    """One visit of a worker, new to the matter: the code of the hold, or "done"."""
    try:
        long_answer(item, Film(aws.url), LABELS, STORED)
    except Hold as hold:
        return hold.code
    except AnalyzerError as error:
        return error.code
    return "done"


def calls(aws: FakeAws) -> list[str]:
    return [call.operation for call in aws.seen]


def ready(aws: FakeAws) -> None:
    aws.answers["GetLabelDetection"] = lambda _: {"JobStatus": "SUCCEEDED", "Labels": []}


def test_it_is_started_once_asked_after_and_kept(aws: FakeAws, item: MediaItem) -> None:
    assert [ask(aws, item), ask(aws, item)] == [PROVIDER_PENDING] * 2
    ready(aws)
    assert [ask(aws, item), ask(aws, item)] == ["done", "done"]
    assert calls(aws) == ["StartLabelDetection", "GetLabelDetection", "GetLabelDetection"]
    assert list(Spend.objects.values_list("state", "microdollars")) == [("paid", 300_000)]
    assert not ProviderJob.objects.exists()


def test_a_start_whose_answer_was_lost_is_repeated_with_the_same_token(
    aws: FakeAws, item: MediaItem
) -> None:
    aws.script = ["cut"]
    assert ask(aws, item) == "answer_garbled"
    assert ask(aws, item) == PROVIDER_PENDING
    tokens = {call.body["ClientRequestToken"] for call in aws.seen}
    assert len(tokens) == 1 and Spend.objects.count() == 1


def test_a_throttled_start_is_asked_again(aws: FakeAws, item: MediaItem) -> None:
    aws.script = ["throttle"]
    assert [ask(aws, item), ask(aws, item)] == ["throttled", PROVIDER_PENDING]
    ready(aws)
    assert ask(aws, item) == "done"
    assert list(Spend.objects.values_list("state", flat=True)) == ["paid"]


def test_a_job_that_the_provider_forgot_is_started_anew(aws: FakeAws, item: MediaItem) -> None:
    ask(aws, item)
    aws.script = ["forget"]
    assert [ask(aws, item), ask(aws, item)] == [PROVIDER_PENDING] * 2
    ready(aws)
    assert ask(aws, item) == "done"
    starts = [call.body for call in aws.seen if call.operation == "StartLabelDetection"]
    assert len({body["ClientRequestToken"] for body in starts}) == 2
    assert sorted(Spend.objects.values_list("state", flat=True)) == ["paid", "uncertain"]


def test_a_provider_that_never_answers_is_given_up(aws: FakeAws, item: MediaItem) -> None:
    ask(aws, item)
    ProviderJob.objects.update(started_at=timezone.now() - timedelta(hours=25))
    assert ask(aws, item) == "provider_silent"
    assert list(Spend.objects.values_list("state", flat=True)) == ["uncertain"]


def test_a_notification_makes_the_step_due_at_once(aws: FakeAws, item: MediaItem) -> None:
    ask(aws, item)
    later = timezone.now() + timedelta(minutes=1)
    JobFactory(
        item=item, step=Step.LABEL, lane=Lane.ANALYSIS, run_at=later, error_code=PROVIDER_PENDING
    )
    assert wake("nobody-knows-this") == 0
    assert wake(ProviderJob.objects.get().provider_job_id) == 1
    job = Job.objects.get()
    assert job.state == JobState.WAITING
    assert job.run_at is not None and job.run_at <= timezone.now()
