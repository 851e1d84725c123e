"""What a set-up would change, said before it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from workers.cloud.store_errors import error_code

_ABSENT = {
    "404",
    "NoSuchBucket",
    "NoSuchCORSConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "NotFound",
    "NotFoundException",
}
_UNKNOWN = {"NotImplemented", "MethodNotAllowed", "XNotImplemented"}


class SetupError(Exception):
    """The set-up cannot go on; the text says what a person must do."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something to do. Steps are made one by one: each sees what those before it did."""

    text: str
    apply: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is not as it was made by us, and is left as it is."""

    text: str


Steps = Iterator[Change | Kept]


def present(call: Callable[..., Any], **arguments: Any) -> dict[str, Any] | None:
    """The answer of ``call``, or None when what it asks for is not there."""
    try:
        return dict(call(**arguments))
    except ClientError as error:
        if error_code(error) in _ABSENT:
            return None
        raise


def where_known(subject: str, steps: Steps) -> Steps:
    """The steps, or a word that this store does not know ``subject`` at all."""
    try:
        yield from steps
    except ClientError as error:
        if error_code(error) not in _UNKNOWN:
            raise
        yield Kept(f"{subject}: this store does not know of it")
