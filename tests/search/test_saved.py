"""Saved searches: kept, shown with what they hold now, and nobody else's business."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.albums import create_album
from search.models import SavedSearch
from tests.factories import MediaItemFactory
from tests.search.conftest import index

pytestmark = pytest.mark.django_db
SEARCHES = "/api/v1/searches/"
Api = Callable[[User | None], APIClient]
Page = Callable[[User | None], Client]


def test_a_search_is_saved_from_its_page_and_fills_itself(
    alice: User, library: list[MediaItem], page_client: Page
) -> None:
    client = page_client(alice)
    form = {"name": "Dogs", "q": "dog", "min_confidence": "30", "kind": "photo"}
    client.post("/search/saved/add/", form)
    saved = SavedSearch.objects.get(owner=alice)
    assert (saved.text, saved.min_confidence, saved.chosen) == ("dog", 30, [["kind", "photo"]])
    shown = client.get("/albums/").content.decode()
    assert "Dogs" in shown and "2 items" in shown
    index(MediaItemFactory(owner=alice, file_name="another dog.jpg"))
    assert "3 items" in client.get("/albums/").content.decode()


def test_the_same_name_replaces(alice: User, api_client: Api) -> None:
    client = api_client(alice)
    for text, code in (("dog", 201), ("cat", 200)):
        assert client.post(SEARCHES, {"name": "Pets", "q": text}, "json").status_code == code
    assert [saved["q"] for saved in client.get(SEARCHES).json()["results"]] == ["cat"]


def test_a_program_follows_the_address_to_what_it_holds(
    alice: User, library: list[MediaItem], api_client: Api
) -> None:
    client = api_client(alice)
    sent = {"name": "Sea", "q": "", "filters": {"place": ["Lisbon"]}, "sort": "taken"}
    saved = client.post(SEARCHES, sent, "json").json()
    found = client.get(saved["results"]).json()["results"]
    assert [hit["item"]["file_name"] for hit in found] == ["beach.jpg"]
    assert client.get(f"{SEARCHES}{saved['id']}/").json() == saved


def test_it_can_be_renamed_and_forgotten(alice: User, api_client: Api) -> None:
    client = api_client(alice)
    ids = [
        client.post(SEARCHES, {"name": name, "q": "x"}, "json").json()["id"]
        for name in ("One", "Two")
    ]
    renamed = client.patch(f"{SEARCHES}{ids[0]}/", {"name": "First"}, "json")
    assert renamed.json()["name"] == "First"
    taken = client.patch(f"{SEARCHES}{ids[0]}/", {"name": "Two"}, "json")
    assert (taken.status_code, "name" in str(taken.json())) == (400, True)
    assert client.delete(f"{SEARCHES}{ids[1]}/").status_code == 204
    assert [saved["name"] for saved in client.get(SEARCHES).json()["results"]] == ["First"]


@pytest.mark.parametrize(
    "sent",
    [
        {"q": "dog"},
        {"name": "Bills", "query": "invoice"},
        {"name": " ", "q": "dog"},
        {"name": "\u200b\u202e", "q": "dog"},
        {"name": "x", "sort": "size"},
        {"name": "x", "filters": {"owner": ["1"]}},
        {"name": "x", "min_confidence": 101},
        {"name": "x", "q": "dog", "kind": "foo"},
        {"name": "x", "q": "dog", "album": "Rome"},
        {"name": "x", "q": "dog", "filters": {"kind": ["foo"]}},
        {"name": "x", "q": "dog", "filters": {"year": ["abc"]}},
    ],
)
def test_what_is_no_search_is_refused(
    alice: User, api_client: Api, sent: dict[str, object]
) -> None:
    assert api_client(alice).post(SEARCHES, sent, "json").status_code == 400
    assert not SavedSearch.objects.exists()


def test_nobody_sees_or_touches_anothers(
    alice: User, bob: User, api_client: Api, page_client: Page
) -> None:
    saved = SavedSearch.objects.create(owner=bob, name="Secret plan", text="xylophone")
    address = f"{SEARCHES}{saved.pk}/"
    client = api_client(alice)
    assert client.get(SEARCHES).json()["results"] == []
    answers = [
        client.get(address),
        client.patch(address, {"name": "x"}, "json"),
        client.delete(address),
    ]
    for answer in answers:
        assert answer.status_code == 404
    assert page_client(alice).post(f"/search/saved/{saved.pk}/forget/").status_code == 404
    assert "Secret plan" not in page_client(alice).get("/albums/").content.decode()
    assert SavedSearch.objects.filter(pk=saved.pk).exists()
    assert page_client(None).get("/albums/").status_code == 302
    assert api_client(None).get(SEARCHES).status_code == 401


@pytest.mark.parametrize(
    ("asked", "named"),
    [({"limit": "-1"}, "limit"), ({"year": "abc"}, "year"), ({"kind": ["photo", "x"]}, "kind"),
     ({"page_size": "-1"}, "page_size")],
)  # fmt: skip
def test_a_search_refuses_what_it_would_pass_over(
    alice: User, api_client: Api, asked: dict[str, object], named: str
) -> None:
    answer = api_client(alice).get("/api/v1/search/", {"q": "dog", **asked})
    assert (answer.status_code, named in str(answer.json()["errors"])) == (400, True)


def test_what_a_program_saved_can_be_sent_back(alice: User, api_client: Api) -> None:
    client = api_client(alice)
    sent = {"name": "Pets", "q": "dog", "filters": {"kind": ["photo"], "year": ["2024"]}}
    saved = client.post(SEARCHES, sent, "json").json()
    assert client.post(SEARCHES, saved, "json").json() == saved
    assert client.get(saved["results"]).status_code == 200


def notices(client: APIClient, url: str) -> list[str]:
    return [one["message"] for one in client.get(url).json()["notices"] if one["code"] == "absent"]


def test_a_deleted_album_is_said_to_be_gone(
    alice: User, bob: User, library: list[MediaItem], api_client: Api, page_client: Page
) -> None:
    client = api_client(alice)
    album = create_album(alice, "Summer")
    create_album(bob, "Winter")
    asked = {"album": ["Summer"], "category": ["Animals and Pets"]}
    saved = client.post(SEARCHES, {"name": "A", "q": "dog", "filters": asked}, "json").json()
    typed = client.post(SEARCHES, {"name": "B", "q": "album:summer OR album:winter"}, "json").json()
    gone = "You have no album “{}”; it may be deleted or renamed."
    assert notices(client, saved["results"]) == []
    assert notices(client, typed["results"]) == [gone.format("winter")]
    album.delete()
    assert notices(client, saved["results"]) == [gone.format("Summer")]
    assert notices(client, typed["results"]) == [gone.format("summer"), gone.format("winter")]
    shown = page_client(alice).get("/search/", {"album": "Summer"}).content.decode()
    assert gone.format("Summer") in shown
    none = "/api/v1/search/?album=0b7b2f5e-64f5-4c5a-a3a5-000000000000"
    assert len(notices(client, none)) == 1
    assert notices(client, "/api/v1/search/?q=album:somer~ -album:x category:pets") == []
    assert notices(client, "/api/v1/search/?q=category:unicorns") == [
        "You have no category “unicorns”; it may be deleted or renamed."
    ]
