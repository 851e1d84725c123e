"""S3's messages about new objects, in every wrapping in which they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

_MAX_WRAPPINGS = 3


class Unreadable(ValueError):
    """A message that says nothing that we know; nobody of ours sent it."""


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object that was written, perhaps more than once, perhaps gone by now."""

    bucket: str
    key: str


def new_objects(body: str) -> list[NewObject]:
    """The objects that a message tells of; none for tests and deletions. Raises Unreadable.

    Takes S3's own notifications of any version 2, EventBridge's, and both inside SNS.
    """
    try:
        return [_encodable(found) for found in _found(json.loads(body), 0)]
    except Unreadable:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unreadable(f"no event of S3: {error!r}"[:200]) from error


def _found(message: Any, depth: int) -> Iterator[NewObject]:
    if depth > _MAX_WRAPPINGS:
        raise Unreadable("wrapped too often")
    if message.get("Type") == "Notification":
        yield from _found(json.loads(message["Message"]), depth + 1)
    elif message.get("Event") == "s3:TestEvent":
        return
    elif message.get("source") == "aws.s3":
        yield from _from_event_bridge(message)
    elif isinstance(message.get("Records"), list):
        for record in message["Records"]:
            yield from _from_record(record)
    else:
        raise Unreadable("neither records nor a known wrapping")


def _from_event_bridge(message: dict[str, Any]) -> Iterator[NewObject]:
    if message["detail-type"] == "Object Created":
        detail = message["detail"]
        # EventBridge leaves keys as they are; S3's own notifications do not.
        yield NewObject(str(detail["bucket"]["name"]), str(detail["object"]["key"]))


def _from_record(record: dict[str, Any]) -> Iterator[NewObject]:
    version = str(record["eventVersion"])
    if record["eventSource"] != "aws:s3" or not version.startswith("2."):
        raise Unreadable(f"{record['eventSource']} {version}"[:100])
    if str(record["eventName"]).removeprefix("s3:").startswith("ObjectCreated:"):
        place = record["s3"]
        yield NewObject(str(place["bucket"]["name"]), unquote_plus(str(place["object"]["key"])))


def _encodable(found: NewObject) -> NewObject:
    """No key of a real object holds what UTF-8, or a database, does not."""
    found.key.encode()
    if "\0" in found.key:
        raise Unreadable("a key with a zero byte")
    return found
