"""The search engine must be able to work before anything starts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from search.backends import get_backend

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


@register()
def check_backend(**_: Any) -> list[CheckMessage]:
    """The chosen engine is configured, and can keep its index where it is told to."""
    if settings.PIXTRACT_SEARCH_BACKEND == "opensearch":
        return check_opensearch(settings.PIXTRACT_OPENSEARCH)
    if not get_backend().is_healthy():
        return [
            Error(
                f"The search index cannot be written to {settings.PIXTRACT_INDEX_DIR}.",
                hint="Give the account that runs Pixtract write access, or set PIXTRACT_VAR_DIR.",
                id="search.E002",
            )
        ]
    return []


def check_opensearch(server: dict[str, Any]) -> list[CheckMessage]:
    """The server is named, and how to prove who we are; that it answers is not insisted on.

    The gallery works without search, and search catches up by itself when the server is back.
    """
    if wrong := [*_address(server), *_credentials(server)]:
        return wrong
    if get_backend().is_healthy():
        return []
    return [
        Warning(
            f"The search server at {_shown(server['url'])} does not answer, or takes no writes.",
            hint="Start it, or correct PIXTRACT_OPENSEARCH_URL. Searching is not possible now.",
            id="search.W001",
        )
    ]


def _address(server: dict[str, Any]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    url = urlsplit(server["url"])
    if url.scheme not in ("http", "https") or not url.hostname:
        message = "PIXTRACT_SEARCH_BACKEND=opensearch needs the address of the server."
        hint = "Set PIXTRACT_OPENSEARCH_URL=https://search.example.com:9200."
        found.append(Error(message, hint=hint, id="search.E003"))
    if server["ca_file"] and not Path(server["ca_file"]).is_file():
        message = f"There is no file {server['ca_file']}."
        hint = "Set PIXTRACT_OPENSEARCH_CA_FILE to the certificates to trust, or leave it out."
        found.append(Error(message, hint=hint, id="search.E004"))
    if not _NAME.fullmatch(server["index"]):
        message = f"{server['index']!r} cannot begin the names of indexes."
        hint = "Set PIXTRACT_OPENSEARCH_INDEX to small letters, digits, - and _."
        found.append(Error(message, hint=hint, id="search.E005"))
    return found


def _credentials(server: dict[str, Any]) -> list[CheckMessage]:
    if bool(server["user"]) != bool(server["password"]):
        missing = "PASSWORD" if server["user"] else "USER"
        hint = f"Set PIXTRACT_OPENSEARCH_{missing}."
        return [Error("The search server needs user and password.", hint=hint, id="search.E006")]
    if server["region"] and server["user"]:
        message = "The search server gets either signed requests or a user, not both."
        hint = "Leave out PIXTRACT_OPENSEARCH_AWS_REGION or PIXTRACT_OPENSEARCH_USER."
        return [Error(message, hint=hint, id="search.E007")]
    if server["region"] and not _has_aws_credentials():
        message = "PIXTRACT_OPENSEARCH_AWS_REGION needs AWS credentials, and there are none."
        hint = "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give a role."
        return [Error(message, hint=hint, id="search.E008")]
    return []


def _has_aws_credentials() -> bool:
    # Only who signs requests pays for the import.
    from search.backends.opensearch_client import has_credentials

    return has_credentials()


def _shown(url: str) -> str:
    """Return the address without what may be secret in it."""
    return urlsplit(url).netloc.rpartition("@")[2]
