"""Errors of AWS, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ProfileNotFound,
)

from workers.analyzers.base import AnalyzerError, Billed

_THROTTLED = frozenset(
    {"ThrottlingException", "ProvisionedThroughputExceededException", "LimitExceededException"}
)
_MISCONFIGURED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "UnrecognizedClientException",
    }
)
_PERMANENT = frozenset(
    {
        "ImageTooLargeException",
        "InvalidImageFormatException",
        "InvalidParameterException",
        "InvalidS3ObjectException",
        "VideoTooLargeException",
    }
)
_UNCONFIGURED = (NoCredentialsError, NoRegionError, ProfileNotFound)
_NEVER_SENT = (EndpointConnectionError, ParamValidationError)


@contextmanager
def translated(provider: str) -> Iterator[None]:
    """Raise AnalyzerError for whatever botocore raises inside."""
    try:
        yield
    except ClientError as error:
        raise _refused(provider, error) from error
    except _UNCONFIGURED as error:
        message = f"{provider} cannot be called: {error}"
        raise AnalyzerError(
            "misconfigured", message, permanent=False, misconfigured=True
        ) from error
    except BotoCoreError as error:
        billed = Billed.NO if isinstance(error, _NEVER_SENT) else Billed.UNCERTAIN
        message = f"{provider} gave no answer."
        permanent = isinstance(error, ParamValidationError)
        raise AnalyzerError("no_answer", message, permanent=permanent, billed=billed) from error


def _refused(provider: str, error: ClientError) -> AnalyzerError:
    code = str(error.response.get("Error", {}).get("Code", ""))[:40]
    return AnalyzerError(
        code or "refused",
        f"{provider} answers {code or 'with an error'}.",
        permanent=code in _PERMANENT,
        throttled=code in _THROTTLED,
        misconfigured=code in _MISCONFIGURED,
    )
