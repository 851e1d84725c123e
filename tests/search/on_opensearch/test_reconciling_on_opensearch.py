from collections.abc import Callable

import pytest

from search.backends.opensearch_client import Server
from tests.search.test_reconciling import *  # noqa: F403


@pytest.fixture
def server(new_server: Callable[[], Server]) -> Server:
    """Tests look at every owner that there is: each has a place of its own."""
    return new_server()
