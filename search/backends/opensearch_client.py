"""The way to an OpenSearch server: where it is, how we prove who we are, what its errors mean."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth
from opensearchpy.exceptions import ConnectionError as NotConnected
from opensearchpy.exceptions import NotFoundError, OpenSearchException

from search.backends.base import IndexBroken, SearchUnavailable

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
# For what makes the server work on whole indexes, or on many documents.
SLOW = {"request_timeout": 60}
_CONNECTIONS = 32


class NoAnswer(SearchUnavailable):
    """The server was not reached, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is and how to speak to it.

    ``region`` asks for requests signed as AWS wants them, in place of user and password.
    ``ca_file`` names the authorities that TLS trusts; empty, the usual ones. ``index`` is what
    the names of all indexes begin with, so that installations can share a server.
    """

    url: str
    user: str = ""
    password: str = ""
    region: str = ""
    ca_file: str = ""
    index: str = "pixtract"
    shards: int = 1
    replicas: int = 0
    timeout_seconds: float = TIMEOUT_SECONDS


def connect(server: Server) -> OpenSearch:
    """Return a client; nothing is sent yet. Raises SearchUnavailable without AWS credentials."""
    options: dict[str, Any] = {
        "timeout": server.timeout_seconds,
        "max_retries": 1,
        "pool_maxsize": _CONNECTIONS,
    }
    if server.url.startswith("https:"):
        options |= {"verify_certs": True, "ca_certs": server.ca_file or None}
        options["http_compress"] = True
    if server.region:
        options["http_auth"] = _signer(server.region)
    elif server.user:
        options["http_auth"] = (server.user, server.password)
    return OpenSearch(server.url, **options)


def has_credentials() -> bool:
    """True when AWS credentials can be found where boto3 looks for them."""
    try:
        return boto3.Session().get_credentials() is not None
    except BotoCoreError:
        return False


@contextmanager
def server_errors() -> Iterator[None]:
    """Raise the client's errors as ours: what is not there is broken, the rest may pass."""
    try:
        yield
    except NotFoundError as error:
        raise IndexBroken("there is no index") from error
    except (OpenSearchException, BotoCoreError) as error:
        reason = f"{type(error).__name__}: {error}"[:300]
        logger.warning("search server failed", extra={"reason": reason})
        failure = NoAnswer if isinstance(error, NotConnected) else SearchUnavailable
        raise failure(reason) from error


def _signer(region: str) -> Urllib3AWSV4SignerAuth:
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise SearchUnavailable("there are no AWS credentials")
    return Urllib3AWSV4SignerAuth(credentials, region)
