"""OpenSearch: the contract on a real server, and what is special to one index for all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.backends.opensearch import OpenSearchBackend
from search.backends.opensearch_client import Server
from tests.search.contract import BackendContract


class TestOpenSearchBackend(BackendContract):
    """Runs the contract."""

    @pytest.fixture(scope="class")
    @classmethod
    def new_backend(cls, new_server: Callable[[], Server]) -> Callable[[], OpenSearchBackend]:
        return lambda: OpenSearchBackend.at(new_server())
