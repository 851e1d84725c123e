"""Only what the user may see: nothing in an answer tells whether others have a library.

Everything is asked twice, while Bob's library is there and after it is gone. Alice's answers must
be the same, to the last count, suggestion and error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Category, DocumentField, Label, MediaItem
from gallery.services.albums import add_to_album, create_album
from search.addresses import SearchAddress
from search.cursors import BadCursor
from search.recents import remember
from search.saved import save_search
from search.services import FACETS, search_media
from search.suggestions import suggest
from tests.factories import (
    CategoryFactory,
    JobFactory,
    LabelFactory,
    MediaCategoryFactory,
    MediaItemFactory,
    MediaLabelFactory,
    RenditionFactory,
    TextPageFactory,
    text_line,
)
from tests.search.conftest import index, index_all
from tests.search.two_worlds import (
    Question,
    RecordsNames,
    answer,
    api_questions,
    page_questions,
    queries_for,
)

pytestmark = pytest.mark.django_db
# One word for each place in which an item can have words.
WORDS = (
    "topsecret",
    "xylograph",
    "xylem",
    "zanzibar",
    "quixotania",
    "xenolith",
    "zymurgist",
    "qwikmart",
    "vexatious",
    "zenithal",
    "jabberwock",
    "ziggurat",
)
VALUES = (
    "topsecret",
    "Jabberwock",
    "Xylograph",
    "Zanzibar",
    "Vexatious",
    "Zenithal Z9",
    "1987",
    "ziggurat",
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """What Bob has: ids of every kind, and a cursor into his results."""

    ids: tuple[UUID, ...]
    cursor: str


@pytest.fixture
def bobs(bob: User) -> Foreign:
    items = [_secret_item(bob, number) for number in range(2)]
    saved, _ = save_search(bob, "ziggurat", SearchAddress("topsecret", 0, "relevance", ()))
    recent = remember(bob, "xylem quixotania")
    album = create_album(bob, "Jabberwock")
    add_to_album(album, [item.pk for item in items])
    index(*items)
    labels = [label.pk for label in Label.objects.filter(owner=bob)]
    rows = [row.pk for item in items for row in item.labels.all()]
    ids = (items[0].pk, saved.pk, recent.pk, album.pk, *labels[:1], *rows[:1])
    return Foreign(ids, search_media(bob, "", min_confidence=0, limit=1).next_cursor)


def _secret_item(bob: User, number: int) -> MediaItem:
    item = MediaItemFactory(
        owner=bob,
        file_name="topsecret.jpg",
        city="Zanzibar",
        country="Quixotania",
        country_code="QX",
        caption="xylem",
        camera_make="Zenithal",
        camera_model="Zenithal Z9",
        document_type="receipt",
        has_text=True,
        latitude=-6.16,
        longitude=39.19,
        taken_local=f"1987-03-0{number + 1}T12:00:00Z",
    )
    category, _ = Category.objects.get_or_create(
        owner=bob, slug="vexatious", defaults={"name": "Vexatious"}
    )
    own, _ = Label.objects.get_or_create(
        owner=bob,
        key="xylograph",
        defaults={"name": "Xylograph", "aliases": ["zymurgist"], "category": category},
    )
    MediaLabelFactory(item=item, label=own, confidence=99)
    shared = Label.objects.filter(owner=None, key="dog").first() or LabelFactory(name="Dog")
    MediaLabelFactory(item=item, label=shared, confidence=99)
    MediaCategoryFactory(item=item, category=category)
    TextPageFactory(item=item, lines=[text_line("xenolith 4711.50")])
    RenditionFactory(item=item)
    JobFactory(item=item)
    DocumentField.objects.create(
        item=item, position=0, kind="vendor", key="Store", value="Qwikmart", confidence=99
    )
    return item


@pytest.fixture
def alices(library: list[MediaItem]) -> tuple[UUID, ...]:
    """Something of Alice's own that near words, facets and related labels can be taken from."""
    category = CategoryFactory(name="Print", slug="print")
    MediaLabelFactory(item=library[0], label=LabelFactory(name="Xylophone", category=category))
    index(*library)
    return tuple(item.pk for item in library)


def _asked(client: Any, questions: Sequence[Question]) -> dict[str, tuple[int, str, str]]:
    return {str(question): answer(client, question) for question in questions}


def _forget(bob: User) -> None:
    bob.delete()
    index_all()


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [question for question in before if before[question] != after[question]]


def test_no_answer_of_the_api_depends_on_another_users_library(
    alice: User, bob: User, alices: tuple[UUID, ...], bobs: Foreign
) -> None:
    client = APIClient()
    client.force_login(alice)
    values = (*VALUES, *map(str, bobs.ids), bobs.cursor)
    questions = list(api_questions(values, bobs.ids[:3]))
    tried = {name for question in questions for name, _ in question.values}
    assert {"q", "min_confidence", "cursor", "item", "filters", "name", *FACETS} <= tried
    own = {"item": str(alices[0])}
    for text in queries_for(WORDS):
        questions.append(_get("", {"q": text, "facets": "1", "min_confidence": "0"}))
        questions.append(_get("suggest/", {"q": text}))
    questions += (_get("why-not/", {"q": f"{text} {text[:-1]}~", **own}) for text in WORDS)
    there = _asked(client, questions)
    _forget(bob)
    assert not _differing(there, _asked(client, questions))


def test_no_page_depends_on_another_users_library(
    alice: User, bob: User, alices: tuple[UUID, ...], bobs: Foreign, settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{RecordsNames.__module__}.RecordsNames"]
    client = Client()
    client.force_login(alice)
    values = (*VALUES, *map(str, bobs.ids), bobs.cursor)
    questions = list(page_questions(client, values, (*bobs.ids[:2], alices[0])))
    tried = {name for question in questions for name, _ in question.values}
    assert {"q", "min_confidence", "cursor", "sort", "name", *FACETS} <= tried
    there = _asked(client, questions)
    _forget(bob)
    assert not _differing(there, _asked(client, questions))


def _get(path: str, values: dict[str, str]) -> Question:
    return Question("GET", f"/api/v1/search/{path}", tuple(values.items()))


@pytest.mark.parametrize("word", [word for word in WORDS if word != "ziggurat"])
def test_their_owner_finds_these_words(word: str, bob: User, bobs: Foreign) -> None:
    """Or the tests above would prove nothing."""
    query = f"vendor:{word}" if word == "qwikmart" else word
    assert search_media(bob, query).total == 2
    assert suggest(bob, query[:-3], min_confidence=0) or word in ("quixotania", "zymurgist")


@pytest.mark.parametrize("word", WORDS)
def test_an_administrator_finds_no_more_than_others(
    word: str, carol: User, bobs: Foreign, api_client: Callable[[User | None], APIClient]
) -> None:
    found: Any = api_client(carol).get("/api/v1/search/", {"q": word, "facets": "1"}).json()
    assert (found["count"], found["results"], found["did_you_mean"]) == (0, [], "")
    assert not any(found["facets"].values())
    assert not suggest(carol, word[:4], min_confidence=0)


def test_a_cursor_is_good_for_its_owner_alone(
    alice: User, bob: User, alices: tuple[UUID, ...], bobs: Foreign
) -> None:
    assert search_media(bob, "", min_confidence=0, cursor=bobs.cursor, limit=1).hits
    with pytest.raises(BadCursor):
        search_media(alice, "", min_confidence=0, cursor=bobs.cursor)
