"""Recent searches are few, their user's alone, and go when the user wants."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from search.addresses import SearchAddress
from search.models import RecentSearch
from search.recents import MAX_RECENT
from search.saved import save_search

pytestmark = pytest.mark.django_db
RECENT = "/api/v1/search/recent/"
ClientOf = Callable[[User | None], APIClient]


def offered(client: APIClient) -> list[tuple[str, str]]:
    answer = client.get("/api/v1/search/suggest/", {"q": ""}).json()["suggestions"]
    return [(one["kind"], one["text"]) for one in answer]


def note(client: APIClient, *texts: str) -> None:
    for text in texts:
        assert client.post(RECENT, {"q": text}, format="json").status_code == 201


def test_the_last_few_are_offered_each_once(alice: User, api_client: ClientOf) -> None:
    client = api_client(alice)
    save_search(alice, "My dogs", SearchAddress("dog", None, "relevance", ()))
    texts = [f"cat {number}" for number in range(MAX_RECENT + 3)]
    note(client, *texts, "  dog   beach ", texts[5])
    expected = [texts[5], "dog beach", *texts[:5:-1], texts[4]]
    assert offered(client) == [*(("recent", text) for text in expected), ("saved", "My dogs")]
    assert [one["q"] for one in client.get(RECENT).json()["results"]] == expected
    assert RecentSearch.objects.count() == MAX_RECENT


def test_capitals_make_no_other_search(alice: User, api_client: ClientOf) -> None:
    client = api_client(alice)
    note(client, "q5 Été", "dog or cat", "dog OR cat", "Q5 été", "label:Dog", "Label:dog")
    expected = ["Label:dog", "Q5 été", "dog OR cat", "dog or cat"]
    assert [text for _, text in offered(client)] == expected
    note(client, "DOG or CAT")
    assert [text for _, text in offered(client)] == ["DOG or CAT", *expected[:3]]


def test_one_is_removed_and_all_are_cleared(alice: User, api_client: ClientOf) -> None:
    client = api_client(alice)
    note(client, "cat", "dog", "owl")
    (dog,) = [one for one in client.get(RECENT).json()["results"] if one["q"] == "dog"]
    assert client.delete(f"{RECENT}{dog['id']}/").status_code == 204
    assert client.delete(f"{RECENT}{dog['id']}/").status_code == 404
    assert offered(client) == [("recent", "owl"), ("recent", "cat")]
    assert client.delete(RECENT).status_code == 204
    assert offered(client) == []


def test_nobody_elses_are_seen_or_removed(alice: User, bob: User, api_client: ClientOf) -> None:
    note(api_client(bob), "secret")
    (his,) = api_client(bob).get(RECENT).json()["results"]
    client = api_client(alice)
    note(client, "secret")
    assert len(client.get(RECENT).json()["results"]) == 1
    none = client.delete(f"{RECENT}{UUID(int=0)}/")
    foreign = client.delete(f"{RECENT}{his['id']}/")
    assert foreign.status_code == none.status_code == 404
    assert foreign.json() | {"instance": ""} == none.json() | {"instance": ""}
    client.delete(RECENT)
    assert offered(api_client(bob)) == [("recent", "secret")]
    for method in ("get", "post", "delete"):
        assert getattr(api_client(None), method)(RECENT).status_code == 401
    bob.delete()
    assert not RecentSearch.objects.exists()


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({"q": " "}, "q"),
        ({"q": "a" * 501}, "q"),
        ({"q": "a\0b"}, "q"),
        ({}, "q"),
        ({"q": "cat", "kind": "photo"}, "kind"),
    ],
)
def test_what_cannot_be_noted_is_refused(
    alice: User, api_client: ClientOf, sent: dict[str, str], named: str
) -> None:
    answer = api_client(alice).post(RECENT, sent, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [named])


def test_looking_at_results_notes_nothing(
    alice: User, library: list[MediaItem], client: Client, api_client: ClientOf
) -> None:
    """Only what is typed and sent is: no link, no page that is loaded again, no program."""
    client.force_login(alice)
    assert client.get("/search/?q=dog").status_code == 200
    assert api_client(alice).get("/api/v1/search/?q=dog").status_code == 200
    assert offered(api_client(alice)) == []
