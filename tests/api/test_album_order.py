"""The order of an album: by date or its own, through moves, page by page."""

from __future__ import annotations

from uuid import UUID

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import AlbumItem, MediaItem
from tests.api.album_calls import api, items, made, names, names_in, sent
from tests.factories import MediaItemFactory

pytestmark = pytest.mark.django_db
__all__ = ["api", "items"]


def test_an_album_has_an_order_of_its_own(api: APIClient, items: list[MediaItem]) -> None:
    address = made(api, items=items)
    one, two, three, four, five = items
    assert names_in(api, address) == names(five, four, three, two, one)
    api.patch(address, {"ordering": "oldest"}, "json")
    assert names_in(api, address) == names(one, two, three, four, five)
    order = f"{address}items/order/"
    assert sent(api, order, [five, four], before=str(two.pk)) == {"changed": 2}
    assert api.get(address).json()["ordering"] == "manual"
    assert names_in(api, address) == names(one, five, four, two, three)
    sent(api, order, [one])
    assert names_in(api, address) == names(five, four, two, three, one)
    sent(api, order, [one, two], before=str(two.pk))
    assert names_in(api, address) == names(five, four, one, two, three)
    sent(api, order, [three], before=str(five.pk))
    assert names_in(api, address) == names(three, five, four, one, two)
    assert sent(api, order, [MediaItemFactory()], before=str(five.pk)) == {"changed": 0}


def test_places_last_through_many_moves_into_one_gap(
    api: APIClient, items: list[MediaItem]
) -> None:
    address = made(api, items=items)
    expected = [item.pk for item in reversed(items)]
    for turn in range(60):
        moved = expected.pop(turn % 2 + 2)
        before = expected[1]
        expected.insert(1, moved)
        ids = {"ids": [str(moved)], "before": str(before)}
        api.post(f"{address}items/order/", ids, "json")
        places = AlbumItem.objects.order_by("position").values_list("item_id", "position")
        assert [item_id for item_id, _ in places] == expected
        assert len({position for _, position in places}) == 5


@pytest.mark.parametrize("ordering", ["newest", "oldest", "manual"])
def test_pages_of_an_album_add_up(
    alice: User, api: APIClient, items: list[MediaItem], ordering: str
) -> None:
    same = MediaItemFactory.create_batch(4, owner=alice, taken_local=items[0].taken_local)
    address = made(api, items=[*items, *same])
    api.patch(address, {"ordering": ordering}, "json")
    whole = names_in(api, address)
    assert len(whole) == 9
    found: list[str] = []
    following: str | None = f"{address}items/?page_size=2"
    while following:
        page = api.get(following).json()
        found += [item["file_name"] for item in page["results"]]
        following = page["next"]
    assert found == whole


@pytest.mark.parametrize("cursor", ["x", "1_", "9" * 63, "-1_x", f"{10**40}_{UUID(int=7).hex}"])
def test_what_is_no_cursor_harms_nothing(
    api: APIClient, items: list[MediaItem], cursor: str
) -> None:
    address = made(api, items=items)
    api.patch(address, {"ordering": "manual"}, "json")
    assert api.get(f"{address}items/?cursor={cursor}").status_code == 200
