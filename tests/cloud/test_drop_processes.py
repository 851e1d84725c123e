"""The whole way in real processes: a file is put into the bucket, a webhook hears of the item."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.webhook_server import Receiver, receiving
from tests.cloud.buckets import KEYS, REGION, client_of, make_bucket
from tests.factories import picture_bytes
from tests.ops.stack import Stack, running_stack, wait_until

pytestmark = pytest.mark.processes
NAME = "drop-of-the-processes"
PASSWORD = "correct-horse-9"


def environment(endpoint: str, queue: str) -> dict[str, str]:
    return {
        **KEYS,
        "PIXTRACT_S3_BUCKET": NAME,
        "PIXTRACT_S3_REGION": REGION,
        "PIXTRACT_S3_ENDPOINT_URL": endpoint,
        "PIXTRACT_S3_PREFIX": "library",
        "PIXTRACT_INGEST_QUEUE_URL": queue,
        "PIXTRACT_INGEST_ENDPOINT_URL": endpoint,
        "PIXTRACT_WEBHOOK_ALLOW_PRIVATE": "true",
        "PIXTRACT_WEBHOOK_ALLOW_HTTP": "true",
        "PIXTRACT_LABEL_ENGINE": "off",
        "PIXTRACT_TEXT_ENGINE": "off",
    }


def test_from_the_bucket_to_a_webhook(moto_endpoint: str, tmp_path: Path) -> None:
    sqs, s3 = client_of(moto_endpoint, "sqs"), client_of(moto_endpoint)
    queue = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    make_bucket(moto_endpoint, NAME)
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    events = [{"QueueArn": arn["QueueArn"], "Events": ["s3:ObjectCreated:*"]}]
    s3.put_bucket_notification_configuration(
        Bucket=NAME, NotificationConfiguration={"QueueConfigurations": events}
    )
    with (
        receiving() as receiver,
        running_stack(tmp_path, **environment(moto_endpoint, queue)) as stack,
    ):
        headers = registered(stack, receiver)
        s3.put_object(Bucket=NAME, Key="drop/me/a+day.jpg", Body=picture_bytes(3))
        wait_until(lambda: bool(receiver.got), 60, "the message")
        status, content = stack.request("GET", "/api/v1/results/", headers=headers)
    (message,) = receiver.messages
    assert (message["type"], message["item"]["file_name"]) == ("media.finished", "a+day.jpg")
    assert message["item"]["steps"]["render"] == "done"
    assert status == 200
    assert [each["id"] for each in json.loads(content)["results"]] == [message["item"]["id"]]


def registered(stack: Stack, receiver: Receiver) -> dict[str, str]:
    """Make the user "me" with a webhook; returns the headers of their requests."""
    account = {"USERNAME": "me", "EMAIL": "me@example.org", "PASSWORD": PASSWORD}
    named = {f"DJANGO_SUPERUSER_{key}": value for key, value in account.items()}
    stack.manage("createsuperuser", "--noinput", **named)
    headers = {"Content-Type": "application/json"}
    token = _posted(stack, "auth/token/", {"username": "me", "password": PASSWORD}, headers)
    headers["Authorization"] = f"Bearer {token['token']}"
    _posted(stack, "webhooks/", {"url": receiver.url}, headers)
    return headers


def _posted(stack: Stack, path: str, body: Any, headers: dict[str, str]) -> Any:
    status, content = stack.request("POST", f"/api/v1/{path}", json.dumps(body).encode(), headers)
    assert status in (200, 201), content
    return json.loads(content)
