"""The queue of the bucket's events: each message is deleted once all it tells of is settled."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import OperationalError

from gallery.services.drops import is_noted
from workers.cloud.clients import client
from workers.cloud.drop import Drop, mark_of
from workers.cloud.events import NewObject, Unreadable, new_objects
from workers.cloud.store_errors import translated

logger = logging.getLogger(__name__)
PUT_OFF = "put off"
_HELD_SECONDS = 120
_RETRY_SECONDS, _LONGEST_RETRY_SECONDS = 30, 900


class Ingest:
    """Takes messages one by one; any number of these may work on one queue."""

    def __init__(self) -> None:
        ingest, bucket = settings.PIXTRACT_INGEST, settings.PIXTRACT_S3
        self._queue: str = ingest["queue_url"]
        self._drop = Drop()
        self._sqs = client("sqs", region=bucket["region"], endpoint_url=ingest["endpoint_url"])

    def take_next(self, wait_seconds: int) -> bool:
        """Work on one message; returns whether there was one. Raises StoreUnavailable.

        A message that cannot be settled now, or not be read at all, is left in the queue:
        after as many attempts as the queue allows it goes to the dead letters.
        """
        with translated("the queue"):
            answer = self._sqs.receive_message(
                QueueUrl=self._queue,
                MaxNumberOfMessages=1,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=_HELD_SECONDS,
                AttributeNames=["ApproximateReceiveCount"],
            )
        for message in answer.get("Messages", []):
            self._settle(message)
        return bool(answer.get("Messages"))

    def _settle(self, message: dict[str, Any]) -> None:
        handle = message["ReceiptHandle"]
        try:
            with self._held(handle):
                self._take_all(new_objects(message["Body"]))
        except Unreadable as error:
            logger.warning("message unreadable", extra={"id": message["MessageId"], "why": error})
            self._put_back(message)
        except (OSError, OperationalError) as error:
            logger.warning("drop put off", extra={"id": message["MessageId"], "why": error})
            self._put_back(message)
        else:
            with translated("the queue"):
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=handle)

    def _take_all(self, objects: list[NewObject]) -> None:
        for each in objects:
            if self._drop.holds(each.bucket, each.key):
                noted = self._drop.take(each.key)
                outcome = noted.outcome if noted else "seen or gone"
                logger.info("dropped", extra={"key": each.key, "outcome": outcome})

    def _put_back(self, message: dict[str, Any]) -> None:
        count = int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))
        seconds = min(_RETRY_SECONDS * 2 ** min(count - 1, 10), _LONGEST_RETRY_SECONDS)
        self._show_again_in(message["ReceiptHandle"], seconds)

    def _show_again_in(self, handle: str, seconds: int) -> None:
        # Where this fails, the message comes back by itself, sooner or later.
        with suppress(ClientError, BotoCoreError):
            self._sqs.change_message_visibility(
                QueueUrl=self._queue, ReceiptHandle=handle, VisibilityTimeout=seconds
            )

    @contextmanager
    def _held(self, handle: str) -> Iterator[None]:
        """Keep the message from others for as long as a large file may take."""
        done = threading.Event()

        def hold() -> None:
            while not done.wait(_HELD_SECONDS / 3):
                self._show_again_in(handle, _HELD_SECONDS)

        thread = threading.Thread(target=hold, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def scan(*, user: str = "", dry_run: bool = False) -> Iterator[tuple[str, str]]:
    """Take what lies in the drop already; yields keys with what became of them.

    What was seen before is passed over by its listing alone, so that a scan that was broken
    off goes on where it stopped. Raises StoreUnavailable when the listing fails.
    """
    drop = Drop()
    for listed in _listing(drop, f"{drop.prefix}{user}/" if user else drop.prefix):
        key = listed["Key"]
        if not drop.holds(drop.bucket, key):
            continue
        if is_noted(drop.bucket, key, mark_of(listed["ETag"], listed["LastModified"])):
            yield key, "seen before"
        elif dry_run:
            yield key, "new"
        else:
            yield key, _taken(drop, key)


def _taken(drop: Drop, key: str) -> str:
    try:
        noted = drop.take(key)
    except OSError as error:
        logger.warning("drop put off", extra={"key": key, "why": error})
        return PUT_OFF
    return noted.outcome if noted else "seen before"


def _listing(drop: Drop, prefix: str) -> Iterator[dict[str, Any]]:
    pages = drop.client.get_paginator("list_objects_v2").paginate(Bucket=drop.bucket, Prefix=prefix)
    with translated("the listing"):
        for page in pages:
            yield from page.get("Contents", [])
