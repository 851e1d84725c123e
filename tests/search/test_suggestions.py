"""What the box offers while one types."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from search.addresses import SearchAddress
from search.fields import FIELDS
from search.saved import save_search
from search.services import search_media
from search.suggestions import suggest
from tests.factories import LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.search.conftest import index
from tests.search.test_search import SEARCH, names

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("lab", "label:", f"label: {FIELDS['label'].meaning}"),
        ("do", "label:Dog", "Dog"),
        ("lisb", "place:Lisbon", "Lisbon"),
        ("beach tot", "beach total", "total"),
        ("label:d", "label:Dog", "Dog"),
        ('category:"pets', 'category:"Animals and Pets"', "Animals and Pets"),
        ("-label:do", "-label:Dog", "Dog"),
        ("(is:fav", "(is:favorite", "favorite"),
        ("text:to", "text:total", "total"),
        ("taken:20", "taken:2024", "2024"),
    ],
)
def test_suggests(alice: User, library: list[MediaItem], text: str, query: str, shown: str) -> None:
    assert (query, shown) in [(found.query, found.text) for found in suggest(alice, text)]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("size:", ["size:>10mb"]),
        ("added:t", ["added:today"]),
        ("dog taken:y", ["dog taken:yesterday"]),
        ("taken:2", ["taken:2024", "taken:2024-05..2024-08"]),
        ("-is:", ["-is:favorite", "-is:archived"]),
        ("country:", ["country:portugal", "country:pt"]),
        ("text:", []),
    ],
)
def test_a_field_offers_values(
    alice: User, library: list[MediaItem], text: str, offered: list[str]
) -> None:
    assert [one.query for one in suggest(alice, text)] == offered


def test_a_field_is_only_the_beginning(alice: User, library: list[MediaItem]) -> None:
    (field,) = suggest(alice, "lab")
    assert (field.kind, field.query, field.is_partial) == ("field", "label:", True)
    values = suggest(alice, field.query)
    assert [(one.query, one.is_partial) for one in values] == [("label:Dog", False)]


def test_the_librarys_own_names_come_before_fields(alice: User, library: list[MediaItem]) -> None:
    MediaLabelFactory(item=library[0], label=LabelFactory(name="Camel"), confidence=90)
    index(library[0])
    kinds = [one.kind for one in suggest(alice, "ca")]
    assert kinds == ["label", "field", "field", "field"]


def test_an_empty_box_is_offered_saved_searches(
    alice: User, bob: User, api_client: Callable[[User | None], APIClient]
) -> None:
    save_search(alice, "My dogs", SearchAddress("dog", 30, "taken", (("kind", "photo"),)))
    save_search(bob, "Secret", SearchAddress("secret", None, "relevance", ()))
    (offered,) = api_client(alice).get(f"{SEARCH}suggest/", {"q": " "}).json()["suggestions"]
    url = "/search/?q=dog&kind=photo&min_confidence=30&sort=taken"
    assert (offered["kind"], offered["text"], offered["url"]) == ("saved", "My dogs", url)


def test_names_with_signs_are_quoted(alice: User) -> None:
    item = MediaItemFactory(owner=alice, city='Back\\slash "City"')
    index(item)
    (place,) = [one for one in suggest(alice, "back") if one.kind == "place"]
    assert names(search_media(alice, place.query)) == [item.file_name]


def test_suggestions_honor_the_threshold(alice: User, library: list[MediaItem]) -> None:
    assert "label:Dog" not in [s.query for s in suggest(alice, "do", min_confidence=98)]


@pytest.mark.parametrize("text", ["", " ", '"', ":", "label:", "zzz:x", "(" * 3000, "\x00", "é"])
def test_suggesting_never_fails(alice: User, library: list[MediaItem], text: str) -> None:
    assert len(suggest(alice, text)) <= 10
