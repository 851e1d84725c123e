"""Puts the server in the place of the embedded engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from search.backends.opensearch_client import Server


@pytest.fixture(scope="package")
def server(new_server: Callable[[], Server]) -> Server:
    """One place for all: every test has users of its own."""
    return new_server()


@pytest.fixture(autouse=True)
def _engine(settings: Any, server: Server) -> None:
    settings.PIXTRACT_SEARCH_BACKEND = "opensearch"
    settings.PIXTRACT_OPENSEARCH = {"url": server.url, "index": server.index}
