"""What a search is told and does not know is refused by its name, wherever it is told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from search.language import MAX_LENGTH
from search.parameters import MAX_QUERY

pytestmark = pytest.mark.django_db
API = "/api/v1/search/"
ClientOf = Callable[[User | None], APIClient]


@pytest.mark.parametrize("path", ["", "suggest/", "why-not/"])
def test_unknown_parameters_are_named(
    alice: User, library: list[MediaItem], api_client: ClientOf, path: str
) -> None:
    known = {"q": "dog"} | ({"item": library[0].pk} if path == "why-not/" else {})
    client = api_client(alice)
    assert client.get(f"{API}{path}", known).status_code == 200
    answer = client.get(f"{API}{path}", {**known, "querry": "dog"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["errors"] == {"querry": ["There is no such parameter here."]}


@pytest.mark.parametrize("path", ["", "suggest/"])
def test_a_query_beyond_all_bounds_is_refused(
    alice: User, library: list[MediaItem], api_client: ClientOf, path: str
) -> None:
    client = api_client(alice)
    assert client.get(f"{API}{path}", {"q": "d" * MAX_QUERY}).status_code == 200
    answer = client.get(f"{API}{path}", {"q": "d" * (MAX_QUERY + 1)})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["q"])


def test_a_space_says_that_the_word_is_complete(
    alice: User, library: list[MediaItem], api_client: ClientOf
) -> None:
    def offered(text: str) -> list[str]:
        answer = api_client(alice).get(f"{API}suggest/", {"q": text})
        return [one["text"] for one in answer.json()["suggestions"]]

    assert offered("lis") and not offered("lis ")


def test_only_the_name_of_a_saved_search_can_be_changed(alice: User, api_client: ClientOf) -> None:
    client = api_client(alice)
    saved = client.post("/api/v1/searches/", {"name": "Dogs", "q": "dog"}, format="json").json()
    address = f"/api/v1/searches/{saved['id']}/"
    answer = client.patch(address, {"name": "Cats", "q": "cat"}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["q"])
    assert client.get(address).json()["name"] == "Dogs"
    assert client.patch(address, {"name": "My dogs"}, format="json").json()["name"] == "My dogs"


def test_the_page_repeats_no_more_of_a_long_query_than_is_read(
    alice: User, library: list[MediaItem], client: Client
) -> None:
    client.force_login(alice)
    page = client.get("/search/", {"q": "d" * 50_000, "place": "p" * 50_000}).content.decode()
    assert "Only the first 2,000 characters were searched." in page
    links = re.findall(r'href="([^"]*[?][^"]*)"', page)
    assert any("d" * MAX_LENGTH in link for link in links)
    assert all(len(link) < 2 * MAX_LENGTH for link in links)
    assert f'value="{"d" * MAX_LENGTH}"' in page
