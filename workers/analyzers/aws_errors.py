"""The one table from what botocore raises to what the pipeline understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from workers.analyzers.base import AnalyzerError, Billed

# The provider no longer knows the job: it must be started anew.
JOB_EXPIRED = "job_expired"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one error says about the next attempt and about the bill."""

    code: str
    message: str
    permanent: bool = False
    throttled: bool = False
    misconfigured: bool = False
    billed: Billed = Billed.NO


_THROTTLED = Meaning("throttled", "{provider} wants fewer calls.", throttled=True)
_UNWELL = Meaning("provider_error", "{provider} had a problem of its own.")
_DENIED = Meaning(
    "access_denied",
    "{provider} refuses the credentials, or they lack a permission.",
    misconfigured=True,
)
_NO_CREDENTIALS = Meaning(
    "no_credentials",
    "There are no credentials for {provider}: set PIXTRACT_AWS_PROFILE, keys or a role.",
    misconfigured=True,
)
_NO_ADDRESS = Meaning(
    "unreachable",
    "{provider} cannot be reached: look at PIXTRACT_AWS_REGION, its endpoint URL, the network.",
    misconfigured=True,
)
_TOO_LARGE = Meaning("too_large", "The file is too large for {provider}.", permanent=True)
_BAD_FORMAT = Meaning("bad_format", "{provider} cannot read this file.", permanent=True)
_BAD_REQUEST = Meaning("bad_request", "{provider} refuses this file as it is.", permanent=True)
_NOT_IN_BUCKET = Meaning(
    "bad_object", "{provider} cannot get the file from the bucket.", permanent=True
)
_EXPIRED = Meaning(JOB_EXPIRED, "{provider} no longer knows this job.")
_LOST = Meaning(
    "answer_lost", "The answer of {provider} was lost on the way.", billed=Billed.UNCERTAIN
)
_GARBLED = Meaning(
    "answer_garbled", "{provider} gave an answer that makes no sense.", billed=Billed.UNCERTAIN
)

_BY_CODE: dict[str, Meaning] = {
    "ThrottlingException": _THROTTLED,
    "Throttling": _THROTTLED,
    "TooManyRequestsException": _THROTTLED,
    "RequestLimitExceeded": _THROTTLED,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "LimitExceededException": _THROTTLED,
    "SlowDown": _THROTTLED,
    "InternalServerError": _UNWELL,
    "InternalFailure": _UNWELL,
    "ServiceUnavailable": _UNWELL,
    "ServiceUnavailableException": _UNWELL,
    "AccessDeniedException": _DENIED,
    "AccessDenied": _DENIED,
    "UnrecognizedClientException": _DENIED,
    "InvalidClientTokenId": _DENIED,
    "InvalidSignatureException": _DENIED,
    "SignatureDoesNotMatch": _DENIED,
    "IncompleteSignature": _DENIED,
    "MissingAuthenticationTokenException": _DENIED,
    "ExpiredTokenException": _DENIED,
    "ExpiredToken": _DENIED,
    "OptInRequired": _DENIED,
    "SubscriptionRequiredException": _DENIED,
    "InvalidKMSKeyException": _DENIED,
    "UnknownOperationException": _NO_ADDRESS,
    "ImageTooLargeException": _TOO_LARGE,
    "VideoTooLargeException": _TOO_LARGE,
    "DocumentTooLargeException": _TOO_LARGE,
    "InvalidImageFormatException": _BAD_FORMAT,
    "BadDocumentException": _BAD_FORMAT,
    "UnsupportedDocumentException": _BAD_FORMAT,
    "InvalidS3ObjectException": _NOT_IN_BUCKET,
    "InvalidParameterException": _BAD_REQUEST,
    "ValidationException": _BAD_REQUEST,
    "InvalidJobIdException": _EXPIRED,
    "ResourceNotFoundException": _EXPIRED,
    "IdempotentParameterMismatchException": _EXPIRED,
}

# Looked through in order: the first that fits counts, so subclasses stand before their bases.
_BY_TYPE: tuple[tuple[type[Exception], Meaning], ...] = (
    (boto.ReadTimeoutError, _LOST),
    (boto.ConnectionClosedError, _LOST),
    (boto.ResponseStreamingError, _LOST),
    (boto.IncompleteReadError, _LOST),
    (ResponseParserError, _GARBLED),
    (boto.NoCredentialsError, _NO_CREDENTIALS),
    (boto.PartialCredentialsError, _NO_CREDENTIALS),
    (boto.CredentialRetrievalError, _NO_CREDENTIALS),
    (boto.UnauthorizedSSOTokenError, _NO_CREDENTIALS),
    (boto.TokenRetrievalError, _NO_CREDENTIALS),
    (boto.SSOError, _NO_CREDENTIALS),
    (boto.ProfileNotFound, _NO_CREDENTIALS),
    (boto.ParamValidationError, _BAD_REQUEST),
    (boto.ConnectionError, _NO_ADDRESS),
    (boto.NoRegionError, _NO_ADDRESS),
    (boto.BaseEndpointResolverError, _NO_ADDRESS),
    (boto.EndpointProviderError, _NO_ADDRESS),
    (boto.InvalidRegionError, _NO_ADDRESS),
    (boto.HTTPClientError, _LOST),
    (boto.BotoCoreError, _LOST),
    # Bodies that break off are read past botocore's own translation.
    (HTTPError, _LOST),
    # Answers whose values are not of the type that the service's model says.
    (ValueError, _GARBLED),
    (TypeError, _GARBLED),
    (KeyError, _GARBLED),
    (AttributeError, _GARBLED),
)
_FOREIGN = (boto.BotoCoreError, ResponseParserError, HTTPError)
_MISSHAPEN = (ValueError, TypeError, KeyError, AttributeError)


@contextmanager
def translated(provider: str) -> Iterator[None]:
    """Raise AnalyzerError for whatever a call of ``provider`` raises in this block.

    Put nothing but the call and the reading of its answer into the block: a ValueError,
    TypeError, KeyError or AttributeError in there counts as a misshapen answer, which may
    have been charged.
    """
    try:
        yield
    except boto.ClientError as error:
        raise _as_error(provider, _of_client_error(error), _words(error)) from error
    except (*_FOREIGN, *_MISSHAPEN) as error:
        meaning = next(meaning for kind, meaning in _BY_TYPE if isinstance(error, kind))
        raise _as_error(provider, meaning, "") from error


def _of_client_error(error: boto.ClientError) -> Meaning:
    code = str(error.response.get("Error", {}).get("Code", "")).rpartition("#")[2]
    if known := _BY_CODE.get(code):
        return known
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) or 0)
    if status == 429:
        return _THROTTLED
    if status in (401, 403):
        return _DENIED
    if status >= 500:
        return _UNWELL
    return _BAD_REQUEST if 400 <= status < 500 else _GARBLED


def _words(error: boto.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", "") or "")[:200]


def _as_error(provider: str, meaning: Meaning, words: str) -> AnalyzerError:
    message = meaning.message.format(provider=provider.capitalize())
    return AnalyzerError(
        meaning.code,
        f"{message} It says: {words}" if words else message,
        permanent=meaning.permanent,
        throttled=meaning.throttled,
        misconfigured=meaning.misconfigured,
        billed=meaning.billed,
    )
