"""Whole videos, looked at in the bucket: waited for, woken, and bought once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from gallery.models import Job, JobState, Lane, MediaItem, Step
from gallery.services import jobs
from tests.cloud.buckets import client_of
from tests.cloud.rekognition_answers import STREET, label
from tests.cloud.rekognition_endpoint import RekognitionEndpoint, chosen, serving
from tests.factories import stored_item
from tests.media.making import write_video
from workers.cloud.bucket import BucketStorage
from workers.listening import hear_once
from workers.models import Spend, SpendState
from workers.pipeline import run_lane

pytestmark = pytest.mark.django_db
DONE: dict[str, Any] = {
    "JobStatus": "SUCCEEDED",
    "LabelModelVersion": "3.0",
    "Labels": [
        {
            "Label": label("Kayak", 93.0, "Boat", category="Vehicles and Automotive"),
            "StartTimestampMillis": 500,
            "EndTimestampMillis": 1500,
            "DurationMillis": 1000,
        }
    ],
}


@pytest.fixture
def endpoint(
    bucket: BucketStorage, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RekognitionEndpoint]:
    """Rekognition at an address of this machine, which looks at whole videos in the bucket."""
    with serving() as endpoint:
        endpoint.answers = {
            "DetectLabels": STREET,
            "StartLabelDetection": {"JobId": "4f2a"},
            "GetLabelDetection": {"JobStatus": "IN_PROGRESS"},
        }
        with chosen(endpoint, monkeypatch, video="full"):
            yield endpoint


def video(owner: User, folder: Path, **how: Any) -> MediaItem:
    path = write_video(folder / "clip.mp4", **how)
    return stored_item(owner, path.read_bytes(), "clip.mp4")


def label_job(item: MediaItem) -> Job:
    return Job.objects.get(item=item, step=Step.LABEL)


def label_again(item: MediaItem) -> None:
    """Let the waiting job run now, as it would later by itself."""
    Job.objects.filter(item=item, step=Step.LABEL).update(run_at=timezone.now())
    run_lane(Lane.ANALYSIS, seconds=60)


def test_a_whole_video_is_waited_for_and_bought_once(
    alice: User, endpoint: RekognitionEndpoint, tmp_path: Path
) -> None:
    item = video(alice, tmp_path)
    run_lane(Lane.MEDIA, seconds=60)
    run_lane(Lane.ANALYSIS, seconds=60)
    assert label_job(item).state == JobState.WAITING
    label_again(item)
    endpoint.answers["GetLabelDetection"] = DONE
    label_again(item)
    assert label_job(item).state == JobState.DONE
    row = item.labels.get(label__name="Kayak")
    assert row.moments == [{"start_ms": 500, "end_ms": 1500, "confidence": 93.0}]
    asked = len(endpoint.requests)
    jobs.reopen([item.pk], [Step.LABEL])
    run_lane(Lane.ANALYSIS, seconds=60)
    assert len(endpoint.requests) == asked
    assert len(endpoint.asked("StartLabelDetection")) == 1
    assert not endpoint.asked("DetectLabels")
    spend = Spend.objects.get(owner=alice)
    assert (spend.state, spend.operation, spend.units) == (
        SpendState.PAID,
        "StartLabelDetection",
        1,
    )


def test_a_notice_makes_the_waiting_step_due(
    alice: User,
    endpoint: RekognitionEndpoint,
    tmp_path: Path,
    moto_endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    item = video(alice, tmp_path)
    run_lane(Lane.MEDIA, seconds=60)
    run_lane(Lane.ANALYSIS, seconds=60)
    due = label_job(item).run_at
    assert due is not None and due > timezone.now()
    queues = client_of(moto_endpoint, "sqs")
    queue_url = queues.create_queue(QueueName="finished-videos")["QueueUrl"]
    queues.send_message(QueueUrl=queue_url, MessageBody=json.dumps({"JobId": "4f2a"}))
    asked = settings.PIXTRACT_REKOGNITION | {"queue_url": queue_url}
    monkeypatch.setattr(settings, "PIXTRACT_REKOGNITION", asked)
    assert hear_once()
    now_due = label_job(item).run_at
    assert now_due is not None and now_due <= timezone.now()


def test_the_original_is_named_where_it_lies(
    alice: User, endpoint: RekognitionEndpoint, tmp_path: Path, bucket: BucketStorage
) -> None:
    item = video(alice, tmp_path)
    run_lane(Lane.MEDIA, seconds=60)
    run_lane(Lane.ANALYSIS, seconds=60)
    place = endpoint.asked("StartLabelDetection")[0]["Video"]["S3Object"]
    assert place == {"Bucket": bucket.bucket_name, "Name": f"library/{item.original_key}"}
    assert bucket.client.head_object(Bucket=place["Bucket"], Key=place["Name"])


def test_a_codec_that_is_not_taken_waits_for_its_copy(
    alice: User, endpoint: RekognitionEndpoint, tmp_path: Path
) -> None:
    item = video(alice, tmp_path, codec="mpeg4")
    transcode = Job.objects.filter(item=item, step=Step.TRANSCODE)
    transcode.update(lane="later")
    run_lane(Lane.MEDIA, seconds=60)
    run_lane(Lane.ANALYSIS, seconds=60)
    waiting = label_job(item)
    assert (waiting.state, waiting.error_code) == (JobState.WAITING, "awaiting_copy")
    assert not endpoint.requests
    transcode.update(lane=Lane.MEDIA)
    run_lane(Lane.MEDIA, seconds=60)
    label_again(item)
    (asked,) = endpoint.asked("StartLabelDetection")
    copy = item.renditions.get(name="play")
    assert asked["Video"]["S3Object"]["Name"] == f"library/{copy.key}"


def test_of_a_video_without_a_copy_frames_are_looked_at(
    alice: User, endpoint: RekognitionEndpoint, tmp_path: Path
) -> None:
    item = video(alice, tmp_path, codec="mpeg4")
    Job.objects.filter(item=item, step=Step.TRANSCODE).update(state=JobState.FAILED)
    run_lane(Lane.MEDIA, seconds=60)
    run_lane(Lane.ANALYSIS, seconds=60)
    assert label_job(item).state == JobState.DONE
    sent = endpoint.asked("DetectLabels")
    assert 1 <= len(sent) <= settings.PIXTRACT_REKOGNITION["video_frames"]
    assert not endpoint.asked("StartLabelDetection")
    assert item.labels.get(label__name="Tram").moments
