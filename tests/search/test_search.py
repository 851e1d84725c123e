"""Searching through the front door: pages, API, and what nobody else may see."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Job, JobState, Lane, MediaItem, Step
from search.backends.embedded_store import RELOAD_SECONDS
from search.cursors import BadCursor
from search.models import OutboxEntry
from search.results import ResultPage
from search.services import Sort, search_media
from search.suggestions import suggest
from tests.factories import (
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
)
from tests.search.conftest import index, index_all

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/search/"


def names(page: ResultPage) -> list[str]:
    return [hit.item.file_name for hit in page.hits]


def test_the_threshold_is_the_users_own(alice: User, library: list[MediaItem]) -> None:
    assert names(search_media(alice, "dog")) == ["beach.jpg"]
    assert set(names(search_media(alice, "dog", min_confidence=30))) == {"beach.jpg", "park.jpg"}
    alice.min_confidence = 98
    alice.save()
    page = search_media(alice, "dog")
    assert names(page) == []
    assert page.empty_help is not None
    assert page.empty_help.hidden_count == 2


def test_a_bare_date_finds_what_was_taken_then(alice: User) -> None:
    day = MediaItemFactory(
        owner=alice, file_name="a.jpg", taken_local="2023-02-07T23:30:00Z", taken_source="exif"
    )
    named = MediaItemFactory(owner=alice, file_name="scan 2023-02-07.jpg")
    other = MediaItemFactory(owner=alice, file_name="b.jpg", taken_local="2023-02-08T00:00:00Z")
    index(day, named, other)
    page = search_media(alice, "2023-02-07")
    assert set(names(page)) == {"a.jpg", "scan 2023-02-07.jpg"}
    assert {match.field for hit in page.hits for match in hit.matches} == {"taken", "name"}
    assert set(names(search_media(alice, "2023-02"))) == {*names(page), "b.jpg"}


def test_a_typo_can_be_asked_for(alice: User, library: list[MediaItem]) -> None:
    assert names(search_media(alice, "bech~")) == ["beach.jpg"]
    assert names(search_media(alice, "-bech~ lisbon")) == ["beach.jpg"]


def test_known_words_that_never_meet_are_not_respelled(
    alice: User, library: list[MediaItem]
) -> None:
    page = search_media(alice, "beach total")
    assert (names(page), page.did_you_mean) == ([], "")
    assert [notice.code for notice in page.notices] == ["partial"]


def test_nothing_searchable_finds_nothing(alice: User, library: list[MediaItem]) -> None:
    page = search_media(alice, "!!!")
    assert (page.total, [notice.code for notice in page.notices]) == (0, ["nothing"])
    assert search_media(alice, "  ").total == 3


def test_empty_results_say_what_helps(alice: User, library: list[MediaItem]) -> None:
    Job.objects.create(item=library[0], step=Step.LABEL, lane=Lane.ANALYSIS, state=JobState.WAITING)
    page = search_media(alice, "dogg")
    page = search_media(alice, "label:elephantt") if page.total else page
    assert page.empty_help is not None
    assert page.empty_help.item_count == 3
    assert page.pending == 1
    assert any(example.startswith("label:") for example, _ in page.empty_help.fields)


def test_facets_combine(alice: User, library: list[MediaItem]) -> None:
    page = search_media(alice, "", with_facets=True)
    assert {v.value: v.count for v in page.facets["kind"]} == {"photo": 2, "document": 1}
    assert {v.value: v.count for v in page.facets["label"]} == {"Dog": 1}
    assert {v.value: v.count for v in page.facets["category"]} == {"Animals and Pets": 1}
    narrowed = search_media(alice, "", filters={"kind": ["document"]}, with_facets=True)
    assert names(narrowed) == ["scan.pdf"]
    assert {v.value: v.count for v in narrowed.facets["kind"]} == {"photo": 2, "document": 1}


def test_pages_follow_each_other(alice: User, library: list[MediaItem]) -> None:
    found, cursor = [], ""
    for _ in range(3):
        page = search_media(alice, "", limit=1, cursor=cursor)
        found += names(page)
        cursor = page.next_cursor
    assert sorted(found) == ["beach.jpg", "park.jpg", "scan.pdf"]
    assert cursor == ""


def test_a_cursor_is_good_for_its_own_search_only(alice: User, library: list[MediaItem]) -> None:
    cursor = search_media(alice, "", limit=1).next_cursor
    for text, options in (("dog", {}), ("", {"sort": Sort.TAKEN}), ("", {"min_confidence": 1})):
        with pytest.raises(BadCursor):
            search_media(alice, text, cursor=cursor, **options)  # type: ignore[arg-type]
    for bad in ("x", "é", "W10", "A" * 5000, "bnVsbA"):
        with pytest.raises(BadCursor):
            search_media(alice, "", cursor=bad)


def test_what_the_database_lost_is_dropped_and_repaired(
    alice: User, library: list[MediaItem]
) -> None:
    MediaItem.objects.filter(pk=library[0].pk).delete()
    assert names(search_media(alice, "dog", min_confidence=55)) == []
    assert OutboxEntry.objects.filter(item_id=library[0].pk).exists()
    index_all()
    assert search_media(alice, "dog", min_confidence=55).total == 0


@pytest.mark.usefixtures("embedded")
def test_a_lost_index_is_said_and_made_anew(
    alice: User, library: list[MediaItem], index_dir: Path
) -> None:
    shutil.rmtree(index_dir)
    # What is open may be read for so long.
    time.sleep(RELOAD_SECONDS)
    page = search_media(alice, "dog")
    assert (page.total, page.is_available) == (0, False)
    assert [notice.code for notice in page.notices] == ["rebuilding"]
    search_media(alice, "dog")
    assert OutboxEntry.objects.count() == 1
    index_all()
    assert names(search_media(alice, "dog")) == ["beach.jpg"]


def test_a_new_user_has_an_empty_library(alice: User) -> None:
    page = search_media(alice, "dog")
    assert (page.total, page.notices, page.is_available) == (0, (), True)
    assert suggest(alice, "lab")[0].query == "label:"


def test_the_api_answers_in_its_shape(
    alice: User, library: list[MediaItem], api_client: Callable[[User | None], APIClient]
) -> None:
    answer = api_client(alice).get(SEARCH, {"q": "33.90", "facets": "1"}).json()
    assert answer["count"] == 1
    (hit,) = answer["results"]
    assert hit["item"]["file_name"] == "scan.pdf"
    match = hit["matches"][0]
    assert (match["field"], match["page"]) == ("text", 1)
    assert {"text": "33.90", "highlighted": True} in match["snippet"]
    assert len(match["box"]) == 4
    assert answer["facets"]["kind"] == [
        {"value": "document", "name": "document", "count": 1, "selected": False}
    ]
    assert {"took_ms", "notices", "did_you_mean", "pending", "next"} <= answer.keys()


def test_the_api_pages_by_its_own_links(
    alice: User, library: list[MediaItem], api_client: Callable[[User | None], APIClient]
) -> None:
    client = api_client(alice)
    answer = client.get(SEARCH, {"q": "", "page_size": 2}).json()
    following = client.get(answer["next"]).json()
    assert len(answer["results"]) + len(following["results"]) == 3
    assert following["next"] is None


@pytest.mark.parametrize(
    "parameters",
    [
        {"cursor": "nonsense"},
        {"min_confidence": "101"},
        {"min_confidence": "x"},
        {"kind": "banana"},
        {"sort": "size"},
        {"page_size": "0"},
    ],
)
def test_the_api_refuses_wrong_parameters(
    alice: User, parameters: dict[str, str], api_client: Callable[[User | None], APIClient]
) -> None:
    response = api_client(alice).get(SEARCH, {"q": "dog", **parameters})
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_only_who_is_signed_in_may_search(api_client: Callable[[User | None], APIClient]) -> None:
    for path in (SEARCH, f"{SEARCH}suggest/"):
        assert api_client(None).get(path, {"q": "dog"}).status_code in (401, 403)


def test_results_take_a_constant_number_of_queries(
    alice: User, django_assert_max_num_queries: Any
) -> None:
    items = MediaItemFactory.create_batch(40, owner=alice)
    for item in items:
        MediaLabelFactory(item=item)
        TextPageFactory(item=item)
    index(*items)
    with django_assert_max_num_queries(12):
        assert len(search_media(alice, "total", with_facets=True).hits) == 40


@pytest.mark.skipif(
    not (Path(__file__).parents[2] / "templates/search/search.html").exists(),
    reason="the page's template is not there yet",
)
def test_the_page_shows_reasons_and_escapes(
    alice: User, page_client: Callable[[User | None], Client]
) -> None:
    item = MediaItemFactory(owner=alice, caption="<script>alert(1)</script> dog")
    index(item)
    response = page_client(alice).get("/search/", {"q": "dog", "cursor": "bad"})
    assert response.status_code == 200
    assert b"<script>alert(1)" not in response.content
