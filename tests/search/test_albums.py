"""Albums in the search: found by name, narrowed, counted, completed, filled from results."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Album, MediaItem
from gallery.services import albums as album_services
from gallery.services.albums import (
    add_to_album,
    change_album,
    create_album,
    delete_album,
    remove_from_album,
)
from search.services import search_media
from search.suggestions import suggest
from tests.factories import CategoryFactory, MediaCategoryFactory, MediaItemFactory
from tests.search.conftest import index, index_all

pytestmark = pytest.mark.django_db
Api = Callable[[User | None], APIClient]
Page = Callable[[User | None], Client]


@pytest.fixture
def rome(alice: User, library: list[MediaItem]) -> Album:
    """The beach and the receipt, in an album whose name means harm."""
    album = create_album(alice, 'Rome "2023" <b>& Söhne')
    add_to_album(album, [item.pk for item in library[:2]])
    index_all()
    return album


def found(user: User, text: str, **filters: str) -> set[str]:
    chosen = {name: [value] for name, value in filters.items()}
    return {hit.item.file_name for hit in search_media(user, text, filters=chosen).hits}


BOTH = {"beach.jpg", "scan.pdf"}


@pytest.mark.parametrize(
    "text", ["rome", "ROME sohne", 'album:"rome 2023"', "album:söhne", "album:rom*", "album:rme~"]
)
def test_the_name_of_an_album_finds_what_is_in_it(alice: User, rome: Album, text: str) -> None:
    assert found(alice, text) == BOTH


def test_the_index_follows_an_album(alice: User, rome: Album, library: list[MediaItem]) -> None:
    change_album(rome, {"name": "Naples"})
    index_all()
    assert (found(alice, "rome"), found(alice, "album:naples")) == (set(), BOTH)
    remove_from_album(rome, [library[1].pk])
    add_to_album(rome, [library[2].pk])
    index_all()
    assert found(alice, "naples") == {"beach.jpg", "park.jpg"}
    delete_album(rome)
    index_all()
    assert found(alice, "naples") == set()
    assert found(alice, "") == {"beach.jpg", "park.jpg", "scan.pdf"}


def test_a_phrase_does_not_span_two_albums(
    alice: User, rome: Album, library: list[MediaItem]
) -> None:
    other = create_album(alice, "Zoo at night")
    add_to_album(other, [library[0].pk])
    index_all()
    assert found(alice, 'album:"sohne zoo"') == set()
    assert found(alice, "sohne zoo") == {"beach.jpg"}


def test_a_hit_says_in_which_album_it_is(alice: User, rome: Album, page_client: Page) -> None:
    (hit,) = search_media(alice, "rome dog").hits
    match = next(match for match in hit.matches if match.field == "album")
    assert "".join(part.text for part in match.snippet) == rome.name
    assert [part.text for part in match.snippet if part.highlighted] == ["Rome"]
    page = page_client(alice).get("/search/?q=rome+dog").content.decode()
    assert "in album</span>" in page
    assert "<mark>Rome</mark> &quot;2023&quot; &lt;b&gt;&amp; Söhne" in page


def test_albums_are_a_facet_by_name_and_by_id(
    alice: User, rome: Album, library: list[MediaItem], api_client: Api
) -> None:
    other = create_album(alice, "Zoo")
    add_to_album(other, [library[0].pk, library[2].pk])
    index_all()
    client = api_client(alice)
    for value in (other.name, "ZOO", str(other.pk)):
        answer = client.get("/api/v1/search/", {"album": value, "facets": "1"}).json()
        assert answer["count"] == 2
        assert [(v["value"], v["count"], v["selected"]) for v in answer["facets"]["album"]] == [
            (rome.name, 2, False),
            ("Zoo", 2, True),
        ]
    narrowed = client.get("/api/v1/search/", {"album": ["Zoo", rome.name], "q": "dog"}).json()
    assert [hit["item"]["file_name"] for hit in narrowed["results"]] == ["beach.jpg"]


def test_categories_are_chosen_by_name_or_slug(
    alice: User, api_client: Api, page_client: Page
) -> None:
    item = MediaItemFactory(owner=alice, file_name="cake.jpg")
    food = CategoryFactory(name="Food and Drink", slug="food-and-drink")
    MediaCategoryFactory(item=item, category=food)
    index(item, MediaItemFactory(owner=alice))
    for value in ("Food and Drink", "food-and-drink"):
        answer = api_client(alice).get("/api/v1/search/", {"category": value, "facets": "1"}).json()
        assert answer["count"] == 1
        (facet,) = answer["facets"]["category"]
        assert (facet["value"], facet["selected"]) == ("Food and Drink", True)
        # The chosen value is taken back, not chosen once more, by its link.
        page = page_client(alice).get("/search/", {"category": value}).content.decode()
        assert 'href="/search/?q=" aria-current="true"><span>Food and Drink' in page
    assert found(alice, "", category="foo\0d") == set()


def test_albums_are_offered_while_typing(alice: User, rome: Album) -> None:
    for typed in ("rom", "sohne", "album:söh"):
        (offered,) = [one for one in suggest(alice, typed) if one.kind == "album"]
        assert (offered.text, offered.count) == (rome.name, 2)
        assert found(alice, offered.query) == BOTH
    assert "album:" in [one.query for one in suggest(alice, "alb")]


def test_nothing_of_anothers_album_shows(
    alice: User, bob: User, rome: Album, api_client: Api
) -> None:
    index(MediaItemFactory(owner=bob, file_name="bobs.jpg"))
    assert found(bob, "rome") == found(bob, "album:rome") == set()
    for value in (rome.name, str(rome.pk)):
        assert found(bob, "", album=value) == set()
    answer = api_client(bob).get("/api/v1/search/", {"facets": "1", "album": str(rome.pk)})
    assert "Rome" not in answer.content.decode()
    assert [one for one in suggest(bob, "rom") if one.kind == "album"] == []


def test_why_not_names_the_album_and_one_click_puts_the_item_into_it(
    alice: User,
    bob: User,
    rome: Album,
    library: list[MediaItem],
    api_client: Api,
    page_client: Page,
) -> None:
    create_album(bob, "Rome of Bob's")
    asked = {"q": 'album:"rome 2023" sohne album:naples', "item": str(library[2].pk)}
    clauses = api_client(alice).get("/api/v1/search/why-not/", asked).json()["clauses"]
    missed = {"code": "not_in_album", "album_id": str(rome.pk), "label_id": None}
    message = {"message": f"It is not in your album “{rome.name}”."}
    assert [clause["reasons"][0] for clause in clauses[:2]] == [missed | message] * 2
    assert len(clauses[0]["reasons"]) == 1
    (absent,) = clauses[2]["reasons"]
    assert absent["message"] == "“naples” is not among the albums that it is in."
    client = page_client(alice)
    address = f"/search/why-not/{library[2].pk}/?q=album:rome"
    assert f'name="album" value="{rome.pk}"' in " ".join(
        client.get(address).content.decode().split()
    )
    order = {"ids": str(library[2].pk), "album": str(rome.pk), "next": address}
    page = client.post("/albums/add/", order, follow=True).content.decode()
    assert "added to “Rome" in page and "not reached the index yet" in page
    assert "Fits:" in page and "Does not fit:" not in page


def test_all_that_is_found_goes_into_an_album(
    alice: User, rome: Album, library: list[MediaItem], page_client: Page
) -> None:
    client = page_client(alice)
    page = client.get("/search/?q=dog&min_confidence=30").content.decode()
    assert "Add 2 items" in page
    assert '<option value="Rome &quot;2023&quot; &lt;b&gt;&amp; Söhne">' in page
    form = {"q": "dog", "min_confidence": "30", "name": "Dogs"}
    for added in (2, 0):
        answer = client.post("/search/keep/", form, follow=True)
        assert f"{added} items added to “Dogs”." in answer.content.decode()
    dogs = Album.objects.get(name="Dogs")
    assert answer.redirect_chain[-1][0] == f"/albums/{dogs.pk}/"
    client.post("/search/keep/", {"q": "", "kind": "document", "name": "Dogs"})
    assert set(dogs.items.values_list("file_name", flat=True)) == {
        "beach.jpg", "park.jpg", "scan.pdf",
    }  # fmt: skip
    client.post("/search/keep/", {"q": "nothing fits", "name": "Empty"})
    assert Album.objects.get(name="Empty").places.count() == 0


def test_spellings_that_are_shown_are_kept_as_well(
    alice: User, rome: Album, page_client: Page
) -> None:
    page_client(alice).post("/search/keep/", {"q": "beech", "name": "Near"})
    near = Album.objects.get(name="Near")
    assert [item.file_name for item in near.items.all()] == ["beach.jpg"]


def test_many_are_kept_in_the_order_of_the_results_and_no_more_than_fit(
    alice: User, page_client: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.services.FOUND_AT_ONCE", 4)
    monkeypatch.setattr(album_services, "MAX_ITEMS", 9)
    index(*MediaItemFactory.create_batch(11, owner=alice))
    form = {"q": "photo", "sort": "taken", "name": "Many"}
    answer = page_client(alice).post("/search/keep/", form, follow=True).content.decode()
    assert "9 items added to “Many”." in answer and "the rest of what was found" in answer
    album = Album.objects.get(name="Many")
    newest = MediaItem.objects.order_by("-taken_local", "-id").values_list("pk", flat=True)[:9]
    assert list(album.places.values_list("item_id", flat=True)) == list(newest)


def test_keeping_needs_a_name_and_a_login(alice: User, rome: Album, page_client: Page) -> None:
    answer = page_client(alice).post("/search/keep/", {"q": "dog", "name": " "}, follow=True)
    assert "An album needs a name." in answer.content.decode()
    assert page_client(None).post("/search/keep/", {"q": "dog", "name": "x"}).status_code == 302
    assert Album.objects.count() == 1
