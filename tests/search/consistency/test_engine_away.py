"""Without its search engine the gallery works, search says so, and later catches up alone."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.ops.contents import Library
from tests.ops.stack import Stack, running_stack, wait_until
from tests.search.consistency.own_server import own_server

pytestmark = pytest.mark.processes
ENGINES_OFF = {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}
AWAY_SECONDS = 600 if os.environ.get("SOAK") else 8
# What a restarted engine takes to answer is not the product's; what follows is.
CATCH_UP_SECONDS = 60


class Visitor:
    """Alice, who goes through the front door with her token."""

    def __init__(self, library: Library) -> None:
        self._stack = library.stack
        self._bearer = {"Authorization": f"Bearer {library.token}"}

    def get(self, path: str) -> tuple[int, dict[str, object]]:
        status, body = self._stack.request("GET", path, headers=self._bearer)
        return status, json.loads(body)

    def change(self, path: str, **values: object) -> int:
        headers = {**self._bearer, "Content-Type": "application/json"}
        return self._stack.request("PATCH", path, json.dumps(values).encode(), headers)[0]

    def finds(self, text: str) -> object:
        status, page = self.get(f"/api/v1/search/?q={text}")
        return page["count"] if status == 200 else page["code"]

    def items(self) -> list[dict[str, object]]:
        status, page = self.get("/api/v1/media/?page_size=100")
        assert status == 200
        return page["results"]  # type: ignore[return-value]


def _use_the_gallery(library: Library, visitor: Visitor, numbers: range) -> None:
    """Upload, describe, favor and throw away; every one of these succeeds."""
    assert library.upload_all(numbers) == [201] * len(numbers)
    first, second, *_ = visitor.items()
    assert visitor.change(f"/api/v1/media/{first['id']}/", description="stalactite") == 200
    assert visitor.change(f"/api/v1/media/{second['id']}/", favorite=True) == 200
    assert visitor.get(f"/api/v1/media/{first['id']}/")[0] == 200
    status, told = visitor.get("/api/v1/status/")
    assert status == 200
    assert told["steps"]["index"]["waiting"] >= len(numbers)  # type: ignore[index]
    assert visitor.get("/api/v1/search/suggest/?q=pic")[0] == 200


def _search_page(stack: Stack) -> tuple[int, str]:
    """The page as a browser gets it, with the session of somebody who signed in."""
    made = stack.manage("shell", "-v", "0", "-c", _SIGN_IN).strip().splitlines()[-1]
    status, body = stack.request("GET", "/search/?q=picture", headers={"Cookie": made})
    return status, body.decode()


_SIGN_IN = (
    "from django.conf import settings; from django.test import Client;"
    "from accounts.models import User; client = Client();"
    "client.force_login(User.objects.get(username='alice'));"
    "name = settings.SESSION_COOKIE_NAME; print(f'{name}={client.cookies[name].value}')"
)


def test_a_search_server_that_goes_away_is_caught_up_with(tmp_path: Path) -> None:
    with own_server(tmp_path / "server") as server:
        engine = {"PIXTRACT_SEARCH_BACKEND": "opensearch", "PIXTRACT_OPENSEARCH_URL": server.url}
        with running_stack(tmp_path, **ENGINES_OFF, **engine) as stack:
            library = Library(stack)
            visitor = Visitor(library)
            assert library.upload_all(range(6)) == [201] * 6
            wait_until(lambda: visitor.finds("picture") == 6, 60, "the first index")
            server.kill()
            away_since = time.monotonic()
            assert visitor.finds("picture") == "search_unavailable"
            status, page = _search_page(stack)
            assert status == 503, stack.log[-4000:]
            assert "Search is not available right now." in page
            assert "0 results" not in page
            health = stack.request("GET", "/health/ready")
            assert (health[0], json.loads(health[1])["checks"]["search_index"]) == (200, "failed")
            _use_the_gallery(library, visitor, range(6, 12))
            time.sleep(max(AWAY_SECONDS - (time.monotonic() - away_since), 0))
            server.start()
            wait_until(lambda: visitor.finds("picture") == 12, CATCH_UP_SECONDS, "catching up")
            wait_until(lambda: visitor.finds("stalactite") == 1, CATCH_UP_SECONDS, "catching up")
            _check_it_is_over(library, visitor)


def test_an_index_folder_that_cannot_be_written_to_is_caught_up_with(tmp_path: Path) -> None:
    with running_stack(tmp_path, **ENGINES_OFF) as stack:
        library = Library(stack)
        visitor = Visitor(library)
        assert library.upload_all(range(6)) == [201] * 6
        wait_until(lambda: visitor.finds("picture") == 6, 60, "the first index")
        sweeper = stack.children("run_sweeper")
        index = stack.var / "index"
        # A file in its place: to root, every folder can be written to.
        index.rename(stack.var / "aside")
        index.touch()
        wait_until(lambda: visitor.finds("picture") == "search_rebuilding", 60, "the notice")
        assert stack.request("GET", "/health/ready")[0] == 503
        _use_the_gallery(library, visitor, range(6, 12))
        time.sleep(AWAY_SECONDS)
        assert stack.children("run_sweeper") == sweeper
        index.unlink()
        (stack.var / "aside").rename(index)
        wait_until(lambda: visitor.finds("picture") == 12, CATCH_UP_SECONDS, "catching up")
        wait_until(lambda: visitor.finds("stalactite") == 1, CATCH_UP_SECONDS, "catching up")
        _check_it_is_over(library, visitor)
        assert "Traceback" not in stack.log


def _check_it_is_over(library: Library, visitor: Visitor) -> None:
    empty = "SELECT COUNT(*) FROM search_outboxentry"
    wait_until(lambda: library.count(empty) == 0, CATCH_UP_SECONDS, "the empty outbox")
    assert visitor.finds("is:favorite") == 1
    assert library.stack.request("GET", "/health/ready")[0] == 200
    assert library.stack.manage("reconcile_index").endswith(
        "12 items compared, 0 to be indexed again\n"
    )
