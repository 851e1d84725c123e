"""Albums by the API: made, filled, put in order, found, and nobody else's business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Album, AlbumItem, MediaItem
from gallery.services import albums as album_services
from gallery.services.albums import add_to_album, create_album
from gallery.services.deletion import trash_items
from gallery.services.uploads import restore_items
from search.models import OutboxEntry
from tests.api.album_calls import ALBUMS, Api, api, items, made, names, names_in, sent
from tests.factories import (
    CategoryFactory,
    MediaCategoryFactory,
    MediaItemFactory,
    RenditionFactory,
)

pytestmark = pytest.mark.django_db
__all__ = ["api", "items"]


def versions(items: Sequence[MediaItem]) -> list[int]:
    found = dict(MediaItem.objects.values_list("pk", "search_version"))
    return [found[item.pk] for item in items]


def test_an_album_is_made_filled_and_shown(api: APIClient, items: list[MediaItem]) -> None:
    RenditionFactory(item=items[4])
    address = made(api, "  Rome \u202e&\x07 <b>home</b> ", items[3:])
    shown = api.get(address).json()
    assert shown["name"] == "Rome & <b>home</b>"
    assert (shown["item_count"], shown["ordering"], shown["cover"]) == (2, "newest", None)
    assert str(items[4].pk) in shown["thumb_url"]
    assert api.get(ALBUMS).json()["results"] == [shown]
    assert api.get(shown["items_url"]).json()["results"][0]["file_name"] == items[4].file_name
    detail = api.get(f"/api/v1/media/{items[4].pk}/").json()
    assert detail["albums"] == [{"id": shown["id"], "name": shown["name"]}]


def test_what_nobody_would_read_is_refused(api: APIClient, items: list[MediaItem]) -> None:
    address = made(api, "Rome", items[3:])
    answers = [
        api.get(ALBUMS, {"foo": 1}),
        api.post(ALBUMS, {"name": "Paris", "foo": 1}, "json"),
        api.patch(address, {"foo": 1}, "json"),
        api.get("/api/v1/searches/", {"foo": 1}),
        api.get("/api/v1/search/recent/", {"foo": 1}),
    ]
    for answer in answers:
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["foo"])
    assert len(api.get(ALBUMS, {"limit": 5, "offset": 0}).json()["results"]) == 1


def test_what_changes_in_an_album_is_told_to_the_search(
    api: APIClient, items: list[MediaItem]
) -> None:
    address = made(api)
    before = versions(items)

    def told() -> list[int]:
        queued = set(OutboxEntry.objects.values_list("item_id", flat=True))
        OutboxEntry.objects.all().delete()
        raised = [now - then for now, then in zip(versions(items), before, strict=True)]
        assert queued == {item.pk for item, by in zip(items, raised, strict=True) if by}
        before[:] = versions(items)
        return raised

    assert sent(api, f"{address}items/", items[:3]) == {"changed": 3}
    assert told() == [1, 1, 1, 0, 0]
    assert sent(api, f"{address}items/", items[2:4]) == {"changed": 1}
    assert told() == [0, 0, 0, 1, 0]
    api.patch(address, {"name": "Roma"}, "json")
    assert told() == [1, 1, 1, 1, 0]
    api.patch(address, {"description": "in May", "ordering": "oldest"}, "json")
    sent(api, f"{address}items/order/", items[:1])
    assert told() == [0, 0, 0, 0, 0]
    assert sent(api, f"{address}items/remove/", items[:1]) == {"changed": 1}
    assert told() == [1, 0, 0, 0, 0]
    assert api.delete(address).status_code == 204
    assert told() == [0, 1, 1, 1, 0]
    assert MediaItem.objects.count() == 5


def test_renaming_takes_two_updates_however_many_items_there_are(
    alice: User, api: APIClient, django_assert_max_num_queries: Any
) -> None:
    items = MediaItemFactory.create_batch(40, owner=alice)
    address = made(api, items=items)
    with django_assert_max_num_queries(22):
        assert api.patch(address, {"name": "Roma"}, "json").json()["item_count"] == 40


def test_the_cover_is_in_the_album(api: APIClient, items: list[MediaItem]) -> None:
    address = made(api, items=items[:2])
    cover = str(items[0].pk)
    assert api.patch(address, {"cover": cover}, "json").json()["cover"] == cover
    refused = api.patch(address, {"cover": str(items[3].pk)}, "json")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_in_album")
    api.patch(address, {"name": "Roma"}, "json")
    assert api.get(address).json()["cover"] == cover
    sent(api, f"{address}items/remove/", items[:1])
    assert api.get(address).json()["cover"] is None


def test_the_trash_hides_what_is_in_an_album_until_it_is_restored(
    alice: User, api: APIClient, items: list[MediaItem]
) -> None:
    address = made(api, items=items[:3])
    api.patch(address, {"cover": str(items[0].pk)}, "json")
    trash_items(alice, [items[0].pk])
    assert api.get(address).json()["item_count"] == 2
    assert items[0].file_name not in names_in(api, address)
    assert sent(api, f"{address}items/", items[:1]) == {"changed": 0}
    restore_items(alice, [items[0].pk])
    assert names_in(api, address) == names(*reversed(items[:3]))


def test_many_go_in_and_out_by_the_bulk_call(api: APIClient, items: list[MediaItem]) -> None:
    address = made(api)
    ids, album = [str(item.pk) for item in items], address.split("/")[-2]
    for action, count in (("add_to_album", 5), ("remove_from_album", 0)):
        order = {"ids": ids, "action": action, "album": album}
        assert api.post("/api/v1/media/bulk/", order, "json").json() == {"changed": 5}
        assert api.get(address).json()["item_count"] == count
    nameless = api.post("/api/v1/media/bulk/", {"ids": ids, "action": "add_to_album"}, "json")
    assert (nameless.status_code, "album" in nameless.json()["errors"]) == (400, True)


def test_the_media_list_is_narrowed_by_album_and_category(
    alice: User, bob: User, api: APIClient, items: list[MediaItem]
) -> None:
    album = create_album(alice, "Rome")
    add_to_album(album, [items[1].pk])
    foreign = create_album(bob, "Bob's")
    add_to_album(foreign, [MediaItemFactory(owner=bob).pk])
    food = CategoryFactory(name="Food and Drink", slug="food-and-drink")
    MediaCategoryFactory(item=items[2], category=food)

    def listed(**wanted: str) -> list[str]:
        return [item["file_name"] for item in api.get("/api/v1/media/", wanted).json()["results"]]

    for value in ("Rome", "rome", "ROME", str(album.pk)):
        assert listed(album=value) == names(items[1])
    for value in ("Bob's", "bob's", str(foreign.pk)):
        assert listed(album=value) == []
    for value in ("Food and Drink", "food-and-drink"):
        assert listed(category=value) == names(items[2])
    assert listed(album="Rome", category="Food and Drink") == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", 400),
        (" \t ", 400),
        ("\u202e", 400),
        ("\u200b", 400),
        ("x" * 101, 400),
        ("Rome", 409),
        ("rOME", 409),
    ],
)
def test_names_are_one_line_and_of_one_album(api: APIClient, name: str, code: int) -> None:
    made(api)
    other = made(api, "Paris")
    assert api.post(ALBUMS, {"name": name}, "json").status_code == code
    assert api.patch(other, {"name": name}, "json").status_code == code
    assert set(Album.objects.values_list("name", flat=True)) == {"Rome", "Paris"}


def test_names_differ_by_more_than_case_in_every_script(api: APIClient) -> None:
    address = made(api, "Ägypten")
    assert api.post(ALBUMS, {"name": "ÄGYPTEN"}, "json").json()["code"] == "name_taken"
    assert api.patch(address, {"name": "ägypten"}, "json").json()["name"] == "ägypten"


def test_an_album_and_their_number_are_bounded(
    api: APIClient, items: list[MediaItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album_services, "MAX_ITEMS", 3)
    monkeypatch.setattr(album_services, "MAX_ALBUMS", 1)
    address = made(api, items=items[:2])
    assert sent(api, f"{address}items/", items[:4])["code"] == "album_full"
    assert api.get(address).json()["item_count"] == 2
    refused = api.post(ALBUMS, {"name": "One more"}, "json")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_albums")


def test_others_items_never_get_in_nor_out(
    alice: User, bob: User, api: APIClient, api_client: Api
) -> None:
    foreign = MediaItemFactory(owner=bob)
    bobs_album = create_album(bob, "Secret")
    add_to_album(bobs_album, [foreign.pk])
    address = made(api)
    assert sent(api, f"{address}items/", [foreign]) == {"changed": 0}
    bobs_id = str(bobs_album.pk)
    missing = str(UUID(int=0))
    for path in ("", "items/"):
        answers = [api.get(f"{ALBUMS}{album}/{path}").json() for album in (bobs_id, missing)]
        assert answers[0]["detail"] == answers[1]["detail"]
    order = {"ids": [str(foreign.pk)], "action": "remove_from_album", "album": bobs_id}
    assert api.post("/api/v1/media/bulk/", order, "json").status_code == 404
    cover = api.patch(address, {"cover": str(foreign.pk)}, "json")
    assert cover.json()["code"] == "not_in_album"
    assert AlbumItem.objects.get().album == bobs_album


def test_the_list_takes_a_fixed_number_of_queries(
    alice: User, api: APIClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        album = create_album(alice, f"Album {number}")
        items = MediaItemFactory.create_batch(3, owner=alice)
        add_to_album(album, [item.pk for item in items])
        for item in items:
            RenditionFactory(item=item)
    with django_assert_max_num_queries(9):
        page = api.get(ALBUMS).json()
    assert page["count"] == 12
    assert all(album["item_count"] == 3 and album["thumb_url"] for album in page["results"])
