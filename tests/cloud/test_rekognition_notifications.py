"""Notices of finished jobs, through a topic and a queue over HTTP."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.cloud.buckets import KEYS, REGION, client_of
from workers.cloud.notifications import QueueUnavailable, finished_job, hear_finished

NOTICE = {"JobId": "4f2a", "Status": "SUCCEEDED", "API": "StartLabelDetection", "JobTag": ""}


@pytest.fixture
def topic(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The number of a topic, and the address of the queue that it fills."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(settings, "PIXTRACT_AWS", {"region": REGION, "profile": ""})
    queues, topics = client_of(moto_endpoint, "sqs"), client_of(moto_endpoint, "sns")
    name = f"AmazonRekognition-{uuid.uuid4().hex}"
    queue_url = queues.create_queue(QueueName=name)["QueueUrl"]
    asked = queues.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    arn = topics.create_topic(Name=name)["TopicArn"]
    topics.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=asked["Attributes"]["QueueArn"])
    return arn, queue_url


def test_a_notice_is_heard_once(moto_endpoint: str, topic: tuple[str, str]) -> None:
    arn, queue_url = topic
    notices = client_of(moto_endpoint, "sns")
    notices.publish(TopicArn=arn, Message=json.dumps(NOTICE))
    notices.publish(TopicArn=arn, Message="hello")
    heard: list[str] = []
    while hear_finished(queue_url, heard.append, seconds=0):
        pass
    assert heard == ["4f2a"]
    assert hear_finished(queue_url, heard.append, seconds=0) == 0


def test_a_notice_that_nobody_could_take_stays(moto_endpoint: str, topic: tuple[str, str]) -> None:
    arn, queue_url = topic
    client_of(moto_endpoint, "sns").publish(TopicArn=arn, Message=json.dumps(NOTICE))

    def busy(job_id: str) -> None:
        raise TimeoutError(job_id)

    with pytest.raises(TimeoutError):
        hear_finished(queue_url, busy, seconds=0)
    left = client_of(moto_endpoint, "sqs").get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )
    assert left["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_a_queue_that_is_not_there_is_told(topic: tuple[str, str]) -> None:
    with pytest.raises(QueueUnavailable):
        hear_finished(topic[1] + "-gone", print, seconds=0)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(NOTICE),
        json.dumps({"Type": "Notification", "Message": json.dumps(NOTICE)}),
        json.dumps({"JobId": "4f2a", "Message": ""}),
    ],
)
def test_the_number_is_found_bare_or_wrapped(body: str) -> None:
    assert finished_job(body) == "4f2a"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        "[]",
        "3",
        "null",
        "[" * 100_000,
        json.dumps({"JobId": 4}),
        json.dumps({"JobId": "x" * 999}),
        json.dumps({"Message": json.dumps({"Message": '{"Message": "{}"}'})}),
    ],
)
def test_what_is_no_notice_has_no_number(body: str) -> None:
    assert finished_job(body) == ""


@pytest.mark.samples
def test_recorded_notices_have_their_number(samples: Path) -> None:
    folder = samples / "aws"
    received: dict[str, Any] = json.loads(
        (folder / "sqs_receive_rekognition_completed.json").read_text()
    )
    assert finished_job(received["Messages"][0]["Body"]).startswith("7964e89e7bcf6c13")
    bare = (folder / "sns_message_rekognition_label_detection.json").read_text()
    assert finished_job(bare).startswith("270c1cc5")
