"""What a queue says of jobs that a provider has finished: their numbers, and nothing else.

A notice is only a doorbell: the provider is then asked itself, so a false one does no harm.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from workers.cloud.clients import client

_AT_ONCE = 10
_MAX_BODY = 256 * 1024
_MAX_DEPTH = 3
_MAX_JOB_ID = 128


class QueueUnavailable(Exception):
    """The queue cannot be read now; the message says why."""


def hear_finished(queue_url: str, heard: Callable[[str], object], *, seconds: int) -> int:
    """Wait up to ``seconds`` (0-20) for notices and give each job's number to ``heard``.

    A notice is taken off the queue after ``heard`` returned. Returns how many came;
    raises QueueUnavailable.
    """
    try:
        queue = client("sqs", endpoint_url=_address(queue_url))
        answer = queue.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=_AT_ONCE, WaitTimeSeconds=seconds
        )
        messages = answer.get("Messages", [])
        for message in messages:
            job_id = finished_job(message.get("Body", ""))
            if job_id:
                heard(job_id)
            queue.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    except (BotoCoreError, ClientError) as error:
        raise QueueUnavailable(str(error)) from error
    return len(messages)


def _address(queue_url: str) -> str:
    parts = urlsplit(queue_url)
    return f"{parts.scheme}://{parts.netloc}"


def finished_job(body: str) -> str:
    """The number of the job that a notice is about; "" where it is about none.

    The notice may come bare, or inside one of SNS, where it is text in a field of a text.
    """
    found: Any = body
    for _ in range(_MAX_DEPTH):
        found = _read(found) if isinstance(found, str) else found
        if not isinstance(found, dict):
            return ""
        job_id = found.get("JobId")
        if isinstance(job_id, str) and 0 < len(job_id) <= _MAX_JOB_ID:
            return job_id
        found = found.get("Message")
    return ""


def _read(text: str) -> Any:
    if len(text) > _MAX_BODY:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
