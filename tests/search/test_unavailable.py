"""Where nothing can be searched, nobody is told that nothing was found."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from search.backends.embedded_store import RELOAD_SECONDS
from search.outbox import enqueue_library
from tests.factories import MediaItemFactory
from tests.search.conftest import index_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]


def _lose(index_dir: Path) -> None:
    """Delete the folder of all indexes; what was looked at before is soon looked at again."""
    shutil.rmtree(index_dir)
    time.sleep(RELOAD_SECONDS)


def test_the_api_answers_with_a_problem_until_the_index_is_back(
    api_client: Callable[[User | None], APIClient],
    alice: User,
    library: list[MediaItem],
    index_dir: Path,
) -> None:
    _lose(index_dir)
    client = api_client(alice)
    answer = client.get("/api/v1/search/?q=dog")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "1"
    assert answer.json()["code"] == "search_rebuilding"
    assert client.get("/api/v1/search/suggest/?q=do").status_code == 200
    index_all()
    assert client.get("/api/v1/search/?q=dog").json()["count"] == 1


def test_the_log_calls_it_no_error(
    api_client: Callable[[User | None], APIClient],
    page_client: Callable[[User | None], Client],
    alice: User,
    library: list[MediaItem],
    index_dir: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _lose(index_dir)
    assert api_client(alice).get("/api/v1/search/?q=dog").status_code == 503
    assert page_client(alice).get("/search/?q=dog").status_code == 503
    said = [one for one in caplog.records if one.name == "django.request"]
    assert [one.levelname for one in said] == ["WARNING", "WARNING"]
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


@pytest.mark.parametrize(("status", "level"), [(500, "ERROR"), (503, "WARNING"), (507, "ERROR")])
def test_other_failures_stay_errors(
    caplog: pytest.LogCaptureFixture, status: int, level: str
) -> None:
    logging.getLogger("django.request").error("x", extra={"status_code": status})
    assert [one.levelname for one in caplog.records] == [level]


def test_the_page_says_so_and_looks_again_by_itself(
    page_client: Callable[[User | None], Client],
    alice: User,
    library: list[MediaItem],
    index_dir: Path,
) -> None:
    _lose(index_dir)
    client = page_client(alice)
    answer = client.get("/search/?q=dog")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Your search index is being made anew." in page
    assert "0 results" not in page
    assert "data-pending" in page
    index_all()
    page = client.get("/search/?q=dog").content.decode()
    assert "1 result" in page


def test_a_library_with_nothing_in_it_is_simply_empty(
    api_client: Callable[[User | None], APIClient], alice: User
) -> None:
    answer = api_client(alice).get("/api/v1/search/?q=dog")
    assert (answer.status_code, answer.json()["count"]) == (200, 0)


def test_a_restored_library_is_being_made_anew_until_it_is(
    api_client: Callable[[User | None], APIClient], alice: User, bob: User
) -> None:
    """Nothing of it was ever indexed here; whoever has nothing is not kept waiting."""
    MediaItemFactory(owner=alice, file_name="beach.jpg")
    for owner in (alice, bob):
        enqueue_library(owner.pk)
    answer = api_client(alice).get("/api/v1/search/?q=beach")
    assert (answer.status_code, answer.json()["code"]) == (503, "search_rebuilding")
    assert api_client(bob).get("/api/v1/search/?q=beach").status_code == 200
    index_all()
    assert api_client(alice).get("/api/v1/search/?q=beach").json()["count"] == 1
