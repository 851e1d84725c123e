"""A real server for tests: every engine gets indexes of its own, which are removed again."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from search.backends.opensearch import OpenSearchBackend
from search.backends.opensearch_client import Server, connect

URL_VARIABLE = "PIXTRACT_TEST_OPENSEARCH_URL"


def running_server() -> str:
    """Return the server's address; without a server the test is skipped, or fails on CI."""
    url = os.environ.get(URL_VARIABLE, "")
    if url and OpenSearchBackend.at(Server(url)).is_healthy():
        return url
    reason = f"no OpenSearch server at {URL_VARIABLE}={url}: run `make services`"
    if os.environ.get("PIXTRACT_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def new_server() -> Iterator[Callable[[], Server]]:
    """Give a function that names places for new indexes on the running server."""
    url = running_server()
    run = f"test-{uuid.uuid4().hex[:12]}"
    yield lambda: Server(url, index=f"{run}-{uuid.uuid4().hex[:8]}")
    connect(Server(url)).indices.delete(index=f"{run}-*")


def count_of(server: Server, owner_id: object) -> int:
    """Count all that the server holds of an owner, found by searches or not."""
    client = connect(server)
    client.indices.refresh(index=f"{server.index}.v*")
    body = {"query": {"term": {"viewers": str(owner_id)}}}
    return int(client.count(index=f"{server.index}.v*", body=body)["count"])


def indices_of(server: Server) -> dict[str, set[str]]:
    found = connect(server).indices.get(index=f"{server.index}.v*")
    return {name: set(index["aliases"]) for name, index in found.items()}
