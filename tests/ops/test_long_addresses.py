"""A long search reaches us over the real web server; one that is too long is refused by us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from search.parameters import MAX_QUERY
from tests.ops.contents import Library
from tests.ops.stack import Stack, running_stack

pytestmark = pytest.mark.processes
ENGINES_OFF = {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running_stack(tmp_path, **ENGINES_OFF) as running:
        yield running


def test_a_query_passes_up_to_our_own_bound(stack: Stack) -> None:
    stack.wait_ready()
    headers = {"Authorization": f"Bearer {Library(stack).token}"}

    def ask(text: str) -> tuple[int, dict[str, object]]:
        address = f"/api/v1/search/?q={quote(text)}"
        status, body = stack.request("GET", address, headers=headers)
        return status, json.loads(body)

    for text in ("\u72ac" * 900, "\U00020000" * MAX_QUERY):
        status, found = ask(text)
        assert (status, found["count"]) == (200, 0), len(text)
    status, problem = ask("\u72ac" * (MAX_QUERY + 1))
    assert (status, problem["code"], list(problem["errors"])) == (400, "invalid", ["q"])
    status, _ = stack.request("GET", f"/search/?q={quote('犬' * 900)}")
    assert status == 302
