"""The media list, one item, acts on many."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from tests.factories import (
    CategoryFactory,
    MediaCategoryFactory,
    MediaItemFactory,
    MediaLabelFactory,
    RenditionFactory,
    TextPageFactory,
    stored_item,
)

ClientOf = Callable[[User | None], APIClient]
LIST = "/api/v1/media/"


def names(client: APIClient, **parameters: object) -> list[str]:
    response = client.get(LIST, parameters)
    assert response.status_code == 200, response.json()
    return [item["file_name"] for item in response.json()["results"]]


def test_newest_capture_comes_first(api_client: ClientOf, alice: User) -> None:
    for year in (2001, 2022, 2013):
        MediaItemFactory(
            owner=alice, file_name=f"{year}", taken_local=datetime(year, 1, 1, tzinfo=UTC)
        )
    assert names(api_client(alice)) == ["2022", "2013", "2001"]
    assert names(api_client(alice), ordering="taken") == ["2001", "2013", "2022"]


@pytest.mark.parametrize("ordering", ["-taken", "taken", "added", "-name", "name", "-size"])
def test_pages_hold_everything_once_both_ways(
    api_client: ClientOf, alice: User, ordering: str
) -> None:
    same = datetime(2024, 5, 1, tzinfo=UTC)
    MediaItemFactory.create_batch(7, owner=alice, taken_local=same, file_name="same", size_bytes=5)
    MediaItemFactory.create_batch(4, owner=alice)
    client = api_client(alice)
    pages, url = [], f"{LIST}?ordering={ordering}&page_size=3"
    while url:
        page = client.get(url).json()
        pages.append([item["id"] for item in page["results"]])
        last, url = page, page["next"]
    assert len({pk for page in pages for pk in page}) == sum(map(len, pages)) == 11
    back = [[item["id"] for item in last["results"]]]
    while last["previous"]:
        last = client.get(last["previous"]).json()
        back.append([item["id"] for item in last["results"]])
    assert back == pages[::-1]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=" + "A" * 5000,
        "cursor=W10",
        "cursor=W1tbW1tbW1tbW1tbW11dXV1dXV1dXV1d",
        "cursor=WyJzaXplX2J5dGVzIix0cnVlLGZhbHNlLDEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwLCJ4Il0",
        "cursor=%00",
        "kind=cat",
        "min_confidence=101",
        "min_confidence=nan",
        "min_confidence=x",
        "ordering=owner",
        "page_size=-1",
        "page_size=9999999999",
        "favorite=perhaps",
        "label=%00",
        "category=" + "x" * 200,
    ],
)
def test_senseless_parameters_are_told(api_client: ClientOf, alice: User, query: str) -> None:
    response = api_client(alice).get(f"{LIST}?{query}")
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid"
    assert response.json()["errors"]


def test_list_narrows_by_what_is_asked(api_client: ClientOf, alice: User) -> None:
    dog = MediaItemFactory(owner=alice, file_name="dog", favorite=True)
    MediaItemFactory(owner=alice, file_name="film", kind="video", archived=True)
    MediaItemFactory(owner=alice, file_name="old", trashed_at=datetime(2024, 1, 1, tzinfo=UTC))
    MediaLabelFactory(item=dog, label__name="Dog", confidence=80)
    pets = CategoryFactory(name="Pets", slug="pets")
    MediaCategoryFactory(item=dog, category=pets, confidence=80)
    client = api_client(alice)
    assert names(client, kind="video") == names(client, archived="true") == ["film"]
    assert names(client, trashed="true") == ["old"]
    for only_dog in (
        {"favorite": "true"},
        {"label": "dog"},
        {"category": "pets"},
        {"min_confidence": 80},
    ):
        assert names(client, **only_dog) == ["dog"]
    assert names(client, label="dog", min_confidence=81) == []
    assert names(client, category="pets", min_confidence=81) == []
    assert names(client, min_confidence=81) == []


def test_list_takes_the_same_queries_however_long(
    api_client: ClientOf, alice: User, django_assert_num_queries: Callable[..., object]
) -> None:
    for _ in range(3):
        RenditionFactory(item=MediaItemFactory(owner=alice))
    client = api_client(alice)
    with django_assert_num_queries(4):  # session, user, items, thumbs
        client.get(LIST)
    for _ in range(20):
        RenditionFactory(item=MediaItemFactory(owner=alice))
    with django_assert_num_queries(4):
        page = client.get(LIST).json()
    assert all("?v=0123456789abcdef" in item["thumb_url"] for item in page["results"])


def test_lists_never_carry_text(api_client: ClientOf, alice: User) -> None:
    TextPageFactory(item__owner=alice)
    assert b"Total due" not in api_client(alice).get(LIST).content


def test_nobody_sees_what_is_alices(
    api_client: ClientOf, alice: User, bob: User, carol: User
) -> None:
    item = stored_item(alice)
    for stranger in (bob, carol):
        client = api_client(stranger)
        assert names(client) == []
        assert names(client, trashed="true") == []
        foreign = [_answer(client, name, item.pk) for name in _ADDRESSES]
        missing = [_answer(client, name, uuid.uuid4()) for name in _ADDRESSES]
        assert foreign == missing
        assert {status for status, _ in foreign} == {404}
        bulk = {"ids": [str(item.pk)], "action": "trash"}
        assert client.post("/api/v1/media/bulk/", bulk, format="json").json() == {"changed": 0}
    item.refresh_from_db()
    assert item.trashed_at is None


_ADDRESSES = [
    ("get", "media-detail"),
    ("patch", "media-detail"),
    ("delete", "media-detail"),
    ("post", "media-restore"),
    ("get", "media-original"),
    ("get", "rendition"),
]


def _answer(client: APIClient, name: tuple[str, str], pk: uuid.UUID) -> tuple[int, str]:
    method, view = name
    arguments = [pk, "thumb"] if view == "rendition" else [pk]
    response = getattr(client, method)(reverse(f"api:{view}", args=arguments))
    return response.status_code, response.json()["detail"]


def test_without_account_nothing_is_told(api_client: ClientOf, alice: User) -> None:
    item = stored_item(alice)
    client = api_client(None)
    for path in (LIST, f"{LIST}{item.pk}/", f"{LIST}{item.pk}/original/"):
        response = client.get(path)
        assert response.status_code == 401
        assert response.json()["code"] == "not_authenticated"
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_item_tells_its_jobs_from_its_first_second(api_client: ClientOf, alice: User) -> None:
    item = stored_item(alice)
    data = api_client(alice).get(f"{LIST}{item.pk}/").json()
    assert {job["step"] for job in data["jobs"]} >= {"inspect", "render", "label", "read", "index"}
    assert data["original_url"] == f"/api/v1/media/{item.pk}/original/"


def test_owner_changes_an_item(api_client: ClientOf, alice: User) -> None:
    item = MediaItemFactory(owner=alice)
    changes = {"description": "On the pier", "favorite": True, "taken_at": "1999-12-31T23:00+02:00"}
    data = api_client(alice).patch(f"{LIST}{item.pk}/", changes, format="json").json()
    assert (data["description"], data["favorite"]) == ("On the pier", True)
    assert data["taken_at"] == "1999-12-31T23:00:00"
    item.refresh_from_db()
    assert item.search_version == 2


@pytest.mark.parametrize(
    "changes", [{"taken_at": "yesterday"}, {"taken_at": "0001-01-01T00:00Z"}, {"favorite": "often"},
                {"description": "x" * 10_001}, {"description": "a\x00b"}, [], "x"]
)  # fmt: skip
def test_senseless_changes_are_told(api_client: ClientOf, alice: User, changes: object) -> None:
    item = MediaItemFactory(owner=alice)
    response = api_client(alice).patch(f"{LIST}{item.pk}/", changes, format="json")
    assert response.status_code == 400
    assert response.json()["errors"]


@pytest.mark.parametrize("name", ["file_name", "size_in_feet"])
def test_what_cannot_be_changed_is_named(api_client: ClientOf, alice: User, name: str) -> None:
    item = MediaItemFactory(owner=alice)
    changes = {"favorite": True, name: "x"}
    response = api_client(alice).patch(f"{LIST}{item.pk}/", changes, format="json")
    assert (response.status_code, name in str(response.json()["errors"])) == (400, True)
    item.refresh_from_db()
    assert not item.favorite


def test_trash_and_back_and_gone(api_client: ClientOf, alice: User) -> None:
    item = stored_item(alice)
    client, url = api_client(alice), f"{LIST}{item.pk}/"
    early = client.delete(f"{url}?permanent=true")
    assert (early.status_code, early.json()["code"]) == (409, "not_in_trash")
    assert client.delete(url).status_code == 204
    assert names(client) == []
    assert client.post(f"{url}restore/").json()["trashed_at"] is None
    assert names(client) == ["beach.jpg"]
    client.delete(url)
    assert client.delete(f"{url}?permanent=true").status_code == 204
    assert not MediaItem.objects.exists()


def test_one_act_on_many(api_client: ClientOf, alice: User) -> None:
    ids = [str(MediaItemFactory(owner=alice).pk) for _ in range(3)]
    client = api_client(alice)
    for action, then in (
        ("favorite", {"favorite": "true"}),
        ("archive", {"archived": "true"}),
        ("trash", {"trashed": "true"}),
        ("restore", {"trashed": "false"}),
    ):
        sent = {"ids": [*ids, str(uuid.uuid4())], "action": action}
        assert client.post(f"{LIST}bulk/", sent, format="json").json() == {"changed": 3}
        assert len(names(client, **then)) == 3


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"ids": [], "action": "trash"},
        {"ids": ["x"], "action": "trash"},
        {"ids": [str(uuid.uuid4())], "action": "explode"},
        {"ids": str(uuid.uuid4()), "action": "trash"},
    ],
)
def test_senseless_acts_are_told(api_client: ClientOf, alice: User, sent: object) -> None:
    assert api_client(alice).post(f"{LIST}bulk/", sent, format="json").status_code == 400


def test_document_types_narrow_the_list(api_client: ClientOf, alice: User) -> None:
    MediaItemFactory(owner=alice, file_name="one", document_type="receipt")
    MediaItemFactory(owner=alice, file_name="two", document_type="letter")
    assert names(api_client(alice), document_type="letter") == ["two"]
    assert api_client(alice).get(LIST, {"document_type": "novel"}).status_code == 400


def test_filters_that_are_not_known_are_refused_by_name(api_client: ClientOf, alice: User) -> None:
    answer = api_client(alice).get(LIST, {"lable": "dog", "page_size": 3})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["lable"])
