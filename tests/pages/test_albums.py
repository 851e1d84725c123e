"""Albums as people use them without a script: made, filled, put in order, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import Album, MediaItem
from gallery.services import albums as album_services
from gallery.services.albums import add_to_album, change_album, create_album
from gallery.services.deletion import trash_items
from gallery.views import paging
from search.models import SavedSearch
from tests.factories import MediaItemFactory, RenditionFactory
from tests.pages.markup import markup_of

pytestmark = pytest.mark.django_db
Page = Callable[[User | None], Client]


@pytest.fixture
def items(alice: User) -> list[MediaItem]:
    """Four items, each newer than the one before."""
    days = [datetime(2024, 5, day, tzinfo=UTC) for day in range(1, 5)]
    return [
        MediaItemFactory(owner=alice, file_name=f"day-{day.day}.jpg", taken_local=day)
        for day in days
    ]


@pytest.fixture
def rome(alice: User, items: list[MediaItem]) -> Album:
    album = create_album(alice, "Rome <i>2024</i>", "Two weeks & a day")
    add_to_album(album, [item.pk for item in items[:3]])
    return album


def names_in(album: Album) -> list[str]:
    album.refresh_from_db()
    return [item.file_name for item in paging.album_slice(album, "").items]


def ticked(*items: MediaItem, **more: object) -> dict[str, object]:
    return {"ids": [str(item.pk) for item in items], **more}


def test_albums_stand_beside_searches_that_fill_themselves(
    alice: User, alices: Client, rome: Album, items: list[MediaItem]
) -> None:
    RenditionFactory(item=items[1])
    change_album(rome, {"cover": items[1].pk})
    trash_items(alice, [items[0].pk])
    SavedSearch.objects.create(owner=alice, name="Sundays", text="sunday")
    page = markup_of(alices.get("/albums/"))
    assert "Rome &lt;i&gt;2024&lt;/i&gt;" in page and "2 items" in page
    assert f"/media/{items[1].pk}/renditions/thumb/" in page
    assert page.count("Smart</span>") == 1 and "Sundays" in page
    assert 'href="/albums/" aria-current="page"' in page


def test_an_album_shows_what_it_holds_in_its_order(
    alices: Client, rome: Album, items: list[MediaItem]
) -> None:
    address = f"/albums/{rome.pk}/"
    for ordering, expected in (("newest", (3, 2, 1)), ("oldest", (1, 2, 3))):
        form = {"name": rome.name, "description": "x", "ordering": ordering}
        assert alices.post(f"{address}change/", form).status_code == 302
        page = markup_of(alices.get(address))
        shown = [page.index(f"day-{day}.jpg") for day in expected]
        assert shown == sorted(shown)
        assert "day-4.jpg" not in page
    assert "Two weeks" not in page


def test_pages_of_an_album_go_on(
    alices: Client, rome: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging.album_slice, "__defaults__", (2,))
    change_album(rome, {"ordering": "oldest"})
    first = markup_of(alices.get(f"/albums/{rome.pk}/"))
    assert "day-2.jpg" in first and "day-3.jpg" not in first and ">More</a>" in first
    cursor = first.split('href="?cursor=')[1].split('"')[0]
    second = markup_of(alices.get(f"/albums/{rome.pk}/?cursor={cursor}"))
    assert "day-3.jpg" in second and "day-2.jpg" not in second


def test_what_is_ticked_goes_into_an_album_that_is_chosen(
    alices: Client, rome: Album, items: list[MediaItem]
) -> None:
    order = ticked(*items[2:], action="album", next="/documents/")
    page = markup_of(alices.post("/bulk/", order))
    assert "Add 2 items to an album" in page and "day-4.jpg" in page
    ids = ",".join(str(item.pk) for item in items[2:])
    chosen = {"ids": ids, "album": str(rome.pk), "next": "/documents/"}
    answer = alices.post("/albums/add/", chosen, follow=True)
    assert "1 item added to “Rome &lt;i&gt;2024&lt;/i&gt;”." in markup_of(answer)
    assert answer.redirect_chain[0][0] == "/documents/"
    assert names_in(rome) == ["day-4.jpg", "day-3.jpg", "day-2.jpg", "day-1.jpg"]


def test_a_new_album_is_made_with_or_without_items(alices: Client, items: list[MediaItem]) -> None:
    alices.post("/albums/new/", {"name": " Summer\n2023 "})
    alices.post("/albums/new/", {"name": "Filled", "ids": str(items[0].pk)})
    assert names_in(Album.objects.get(name="Summer 2023")) == []
    assert names_in(Album.objects.get(name="Filled")) == ["day-1.jpg"]
    for name in ("Filled", "", "\u202e"):
        page = markup_of(alices.post("/albums/new/", {"name": name}, follow=True))
        assert 'class="message error"' in page
    kept = markup_of(alices.post("/albums/new/", {"name": "Filled", "ids": str(items[1].pk)}))
    assert "You have another album called Filled." in kept
    assert "Add 1 item to an album" in kept and f'value="{items[1].pk}"' in kept
    assert Album.objects.count() == 2


def test_items_are_moved_and_stay_ticked(
    alices: Client, rome: Album, items: list[MediaItem]
) -> None:
    change_album(rome, {"ordering": "manual"})
    turns = (
        ("last", [0], [2, 3, 1]),
        ("earlier", [0], [2, 1, 3]),
        ("earlier", [0], [1, 2, 3]),
        ("earlier", [0], [1, 2, 3]),
        ("later", [0, 1], [3, 1, 2]),
        ("first", [1], [2, 3, 1]),
        ("later", [2], [2, 1, 3]),
        ("later", [2], [2, 1, 3]),
    )
    for action, moved, expected in turns:
        picked = [items[number] for number in moved]
        order = ticked(*picked, action=action, album=str(rome.pk))
        page = markup_of(alices.post("/bulk/", order, follow=True))
        assert names_in(rome) == [f"day-{day}.jpg" for day in expected]
        assert page.count(" checked ") == len(moved)
        assert f'value="{action}" autofocus' in page


def test_items_are_taken_out_and_one_is_the_cover(
    alices: Client, rome: Album, items: list[MediaItem]
) -> None:
    alices.post("/bulk/", ticked(items[1], action="cover", album=str(rome.pk)))
    rome.refresh_from_db()
    assert rome.cover == items[1]
    outside = ticked(items[3], action="cover", album=str(rome.pk))
    assert "Only what is in the album" in markup_of(alices.post("/bulk/", outside, follow=True))
    out = ticked(items[1], action="remove_from_album", album=str(rome.pk))
    page = markup_of(alices.post("/bulk/", out, follow=True))
    assert "1 item taken out of “Rome" in page
    assert names_in(rome) == ["day-3.jpg", "day-1.jpg"]
    assert rome.cover is None and MediaItem.objects.count() == 4


def test_an_album_is_renamed_unless_the_name_is_taken(
    alice: User, alices: Client, rome: Album
) -> None:
    create_album(alice, "Paris")
    address = f"/albums/{rome.pk}/change/"
    form = {"name": "Paris", "description": "", "ordering": "manual"}
    refused = alices.post(address, form)
    assert refused.status_code == 422
    assert "You have another album called Paris." in markup_of(refused)
    assert alices.post(address, {**form, "ordering": "sideways"}).status_code == 422
    assert alices.post(address, {**form, "name": "Roma"}).status_code == 302
    rome.refresh_from_db()
    assert (rome.name, rome.description, rome.ordering) == ("Roma", "", "manual")


def test_deleting_asks_first_and_keeps_the_items(alices: Client, rome: Album) -> None:
    address = f"/albums/{rome.pk}/delete/"
    assert "Its 3 items stay where they are." in markup_of(alices.get(address))
    assert Album.objects.exists()
    page = markup_of(alices.post(address, follow=True))
    assert "is deleted. Its items stay." in page
    assert not Album.objects.exists() and MediaItem.objects.count() == 4


def test_an_item_tells_its_albums_and_is_walked_from_in_one(
    alice: User, alices: Client, rome: Album, items: list[MediaItem]
) -> None:
    change_album(rome, {"ordering": "oldest"})
    one, two, three, four = (f"/media/{item.pk}/" for item in items)
    assert f'href="{two}?album={rome.pk}"' in markup_of(alices.get(f"/albums/{rome.pk}/"))
    page = markup_of(alices.get(f"{two}?album={rome.pk}"))
    assert f'href="/albums/{rome.pk}/">Rome &lt;i&gt;2024&lt;/i&gt;</a>' in page
    before, after = (f'href="{path}?album={rome.pk}"' for path in (one, three))
    assert page.index(before) < page.index(after)
    assert f'href="{four}"' not in page
    plain = markup_of(alices.get(f"{three}?album=nonsense"))
    assert f'href="{four}"' in plain and f"album={rome.pk}" not in plain


def test_nobody_sees_or_touches_anothers(
    bob: User, bobs: Client, page_client: Page, rome: Album, items: list[MediaItem]
) -> None:
    MediaItemFactory(owner=bob)
    for path in ("", "change/", "delete/"):
        for method in (bobs.get, bobs.post):
            answer = method(f"/albums/{rome.pk}/{path}")
            assert answer.status_code in (404, 405) and b"Rome" not in answer.content
        assert page_client(None).post(f"/albums/{rome.pk}/{path}").status_code in (302, 405)
    for action in ("cover", "first", "last", "earlier", "later", "remove_from_album"):
        order = ticked(items[0], action=action, album=str(rome.pk))
        assert bobs.post("/bulk/", order).status_code == 404
    chosen = {"ids": str(items[0].pk), "album": str(rome.pk)}
    assert bobs.post("/albums/add/", chosen).status_code == 404
    page = markup_of(bobs.post("/bulk/", ticked(*items, action="album"), follow=True))
    assert "Nothing was selected." in page and "Rome" not in page
    mine = create_album(bob, "Mine")
    bobs.post("/albums/add/", {"ids": str(items[0].pk), "album": str(mine.pk)})
    assert names_in(mine) == []
    assert "Rome" not in markup_of(bobs.get("/albums/"))
    assert names_in(rome) == ["day-3.jpg", "day-2.jpg", "day-1.jpg"]


def test_an_album_that_is_full_says_so(
    alices: Client, rome: Album, items: list[MediaItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album_services, "MAX_ITEMS", 3)
    chosen = {"ids": str(items[3].pk), "album": str(rome.pk)}
    page = markup_of(alices.post("/albums/add/", chosen, follow=True))
    assert "An album holds 3 items at most." in page


@pytest.mark.parametrize(("path", "most"), [("/albums/", 11), ("/albums/{}/", 9)])
def test_queries_do_not_grow(
    alice: User, alices: Client, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        album = create_album(alice, f"Album {number}")
        items = MediaItemFactory.create_batch(6, owner=alice)
        add_to_album(album, [item.pk for item in items])
        for item in items:
            RenditionFactory(item=item)
    with django_assert_max_num_queries(most):
        page = markup_of(alices.get(path.format(album.pk)))
    assert page.count("<img") >= 6
