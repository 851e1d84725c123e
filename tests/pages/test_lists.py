"""Documents, favorites, archive, trash, categories: what they hold, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import DocumentType, Kind
from tests.factories import (
    CategoryFactory,
    LabelFactory,
    MediaCategoryFactory,
    MediaItemFactory,
    MediaLabelFactory,
    RenditionFactory,
)
from tests.pages.markup import markup_of
from tests.pages.shelf import long_ago

QueryLimit = Callable[[int], AbstractContextManager[object]]
HELD = {
    "/documents/": {"kind": Kind.DOCUMENT},
    "/favorites/": {"favorite": True},
    "/archive/": {"archived": True},
    "/trash/": {"trashed_at": long_ago(0)},
}
BUTTONS = {
    "/documents/": "archive",
    "/favorites/": "unfavorite",
    "/archive/": "unarchive",
    "/trash/": "restore",
}


@pytest.mark.parametrize("address", HELD)
def test_it_holds_what_it_says(alices: Client, alice: User, bob: User, address: str) -> None:
    MediaItemFactory(owner=alice, file_name="plain.jpg")
    MediaItemFactory(owner=alice, file_name="fitting.jpg", **HELD[address])
    MediaItemFactory(owner=bob, file_name="foreign.jpg", **HELD[address])
    page = markup_of(alices.get(address))
    assert "fitting.jpg" in page
    assert "plain.jpg" not in page and "foreign.jpg" not in page
    assert f'value="{BUTTONS[address]}"' in page


@pytest.mark.parametrize("address", HELD)
def test_empty_pages_say_what_comes_there(alices: Client, address: str) -> None:
    assert 'class="empty"' in markup_of(alices.get(address))


@pytest.mark.parametrize("address", HELD)
def test_queries_do_not_grow(
    alices: Client, alice: User, address: str, django_assert_max_num_queries: QueryLimit
) -> None:
    for _ in range(30):
        RenditionFactory(item=MediaItemFactory(owner=alice, **HELD[address]))
    with django_assert_max_num_queries(6):
        alices.get(address)


def test_a_picture_of_a_page_is_a_document(alices: Client, alice: User) -> None:
    MediaItemFactory(owner=alice, file_name="till.jpg", document_type=DocumentType.RECEIPT)
    assert "till.jpg" in markup_of(alices.get("/documents/"))


def test_categories_are_folders_with_counts(alices: Client, alice: User, bob: User) -> None:
    animals = CategoryFactory(name="Animals and Pets", slug="animals-and-pets")
    for _ in range(3):
        MediaCategoryFactory(item=MediaItemFactory(owner=alice), category=animals)
    MediaCategoryFactory(item=MediaItemFactory(owner=bob), category=animals)
    MediaCategoryFactory(
        item=MediaItemFactory(owner=bob), category=CategoryFactory(name="Of Bob alone")
    )
    page = markup_of(alices.get("/categories/"))
    assert "Animals and Pets" in page and "3 items" in page
    assert "Of Bob alone" not in page


def test_categories_cost_the_same_however_many(
    alices: Client, alice: User, django_assert_max_num_queries: QueryLimit
) -> None:
    for _ in range(20):
        item = RenditionFactory(item=MediaItemFactory(owner=alice)).item
        MediaCategoryFactory(item=item)
        MediaLabelFactory(item=item)
    with django_assert_max_num_queries(14):
        alices.get("/categories/")


def test_labels_lead_to_their_search(alices: Client, alice: User) -> None:
    name = 'Big "Red" <Dog> & Co'
    MediaLabelFactory(item=MediaItemFactory(owner=alice), label=LabelFactory(name=name))
    page = markup_of(alices.get("/categories/"))
    assert "q=label%3A%22Big++Red++%3CDog%3E+%26+Co%22" in page
    assert "<Dog>" not in page


def test_a_category_shows_its_own(alices: Client, alice: User, bob: User) -> None:
    food = CategoryFactory(name="Food", slug="food")
    mine = MediaItemFactory(owner=alice, file_name="soup.jpg")
    MediaCategoryFactory(item=mine, category=food)
    MediaItemFactory(owner=alice, file_name="car.jpg")
    MediaCategoryFactory(item=MediaItemFactory(owner=bob, file_name="his.jpg"), category=food)
    page = markup_of(alices.get("/categories/food/"))
    assert "soup.jpg" in page and "1 item" in page
    assert "car.jpg" not in page and "his.jpg" not in page


def test_others_own_categories_are_404(alices: Client, bob: User) -> None:
    CategoryFactory(name="Secret", slug="secret", owner=bob)
    assert alices.get("/categories/secret/").status_code == 404
    assert alices.get("/categories/missing/").status_code == 404
