"""One translation of what boto3 raises into what callers of a store know."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from s3transfer.exceptions import RetriesExceededError, S3DownloadFailedError
from urllib3.exceptions import HTTPError

from gallery.storage import StoreUnavailable

_MISSING = {"NoSuchKey", "NotFound", "404"}
_FAILED_TRANSFER = (RetriesExceededError, S3DownloadFailedError, HTTPError)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise FileNotFoundError for a missing object, StoreUnavailable for all else."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in _MISSING:
            raise FileNotFoundError(f"The bucket has no {what}.") from error
        raise StoreUnavailable(f"{what}: {error}") from error
    except (BotoCoreError, Boto3Error, *_FAILED_TRANSFER) as error:
        raise StoreUnavailable(f"{what}: {error}") from error


def error_code(error: ClientError) -> str:
    """The provider's code of the error; an HTTP status when the answer had no body."""
    return str(error.response.get("Error", {}).get("Code", ""))
