"""Rekognition's engine for whole videos: handing over, asking after, reading the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gallery.types import Moment
from tests.cloud.rekognition_answers import label
from tests.cloud.rekognition_endpoint import RekognitionEndpoint, offline, serving, video_engine
from workers.analyzers.base import AnalyzerError, Completed, Pending, StoredInput

VIDEO = StoredInput("films", "originals/a/b/original.mp4", "video/mp4", 2)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[RekognitionEndpoint]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with serving() as endpoint:
        yield endpoint


def segment(name: str, start: int, end: int, confidence: float = 90.0) -> dict[str, Any]:
    return {
        "Label": label(name, confidence),
        "StartTimestampMillis": start,
        "EndTimestampMillis": end,
        "DurationMillis": end - start,
    }


def video_pages(asked: dict[str, Any]) -> dict[str, Any]:
    """Two pages of segments."""
    first = {"Labels": [segment("Dog", 0, 2000)], "NextToken": "more"}
    last = {"Labels": [segment("Dog", 2000, 3000, 95.0), segment("Dog", 9000, 9500)]}
    page = last if asked.get("NextToken") == "more" else first
    return {"JobStatus": "SUCCEEDED", "LabelModelVersion": "3.0", **page}


def test_a_video_is_handed_over_with_its_token(endpoint: RekognitionEndpoint) -> None:
    endpoint.answers["StartLabelDetection"] = {"JobId": "4f2a"}
    engine = video_engine(endpoint.calls(), topic_arn="arn:topic", role_arn="arn:role")
    assert engine.start(VIDEO, "token-1") == Pending("4f2a")
    (asked,) = endpoint.asked("StartLabelDetection")
    assert asked == {
        "Video": {"S3Object": {"Bucket": VIDEO.bucket, "Name": VIDEO.key}},
        "ClientRequestToken": "token-1",
        "MinConfidence": 40.0,
        "NotificationChannel": {"SNSTopicArn": "arn:topic", "RoleArn": "arn:role"},
    }


def test_without_a_topic_nobody_is_told(endpoint: RekognitionEndpoint) -> None:
    endpoint.answers["StartLabelDetection"] = {"JobId": "4f2a"}
    video_engine(endpoint.calls()).start(VIDEO, "token-1")
    assert "NotificationChannel" not in endpoint.asked("StartLabelDetection")[0]


def test_pages_of_a_video_become_labels_with_moments(endpoint: RekognitionEndpoint) -> None:
    endpoint.answers["GetLabelDetection"] = video_pages
    answer = video_engine(endpoint.calls()).collect("4f2a")
    assert isinstance(answer, Completed)
    (dog,) = answer.labels
    assert dog.moments == (Moment(0, 3000, 95.0), Moment(9000, 9500, 90.0))
    assert dog.confidence == 95.0
    assert [asked["AggregateBy"] for asked in endpoint.asked("GetLabelDetection")] == (
        ["SEGMENTS"] * 2
    )
    kept = json.loads(json.dumps(answer.raw))
    assert tuple(video_engine(offline()).labels_from_raw(kept)) == answer.labels


@pytest.mark.parametrize(
    ("told", "minutes"),
    [({"DurationMillis": 60_000}, 1), ({"DurationMillis": 60_001}, 2), ({}, 2), (None, 2)],
)
def test_a_video_costs_its_begun_minutes(
    told: dict[str, int] | None, minutes: int, endpoint: RekognitionEndpoint
) -> None:
    page = {"JobStatus": "SUCCEEDED", "Labels": [segment("Dog", 0, 90_000)]}
    endpoint.answers["GetLabelDetection"] = page | ({} if told is None else {"VideoMetadata": told})
    answer = video_engine(endpoint.calls()).collect("4f2a")
    assert isinstance(answer, Completed)
    assert answer.units == minutes


def test_a_video_that_is_looked_at_is_pending(endpoint: RekognitionEndpoint) -> None:
    endpoint.answers["GetLabelDetection"] = {"JobStatus": "IN_PROGRESS"}
    assert video_engine(endpoint.calls()).collect("4f2a") == Pending("4f2a")


def test_a_video_that_cannot_be_looked_at_says_why(endpoint: RekognitionEndpoint) -> None:
    endpoint.answers["GetLabelDetection"] = {
        "JobStatus": "FAILED",
        "StatusMessage": "Unsupported codec",
    }
    with pytest.raises(AnalyzerError, match="Unsupported codec") as caught:
        video_engine(endpoint.calls()).collect("4f2a")
    assert caught.value.permanent


def test_an_answer_without_an_end_is_given_up(endpoint: RekognitionEndpoint) -> None:
    endpoint.answers["GetLabelDetection"] = {"JobStatus": "SUCCEEDED", "NextToken": "again"}
    with pytest.raises(AnalyzerError, match="no end"):
        video_engine(endpoint.calls()).collect("4f2a")
    assert len(endpoint.requests) <= 101
