"""What is kept of a sentence that nothing fits as a whole, and what its days are."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import time_machine

from accounts.models import User
from gallery.models import MediaItem
from search.results import ResultPage
from search.services import search_media
from search.whynot import explain
from tests.factories import LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.search.conftest import index

pytestmark = pytest.mark.django_db


def _names(page: ResultPage) -> list[str]:
    return sorted(hit.item.file_name for hit in page.hits)


def _codes(page: ResultPage) -> list[str]:
    return [notice.code for notice in page.notices]


@pytest.fixture
def pets(alice: User) -> Sequence[MediaItem]:
    """Two dogs of which one is on grass, a cat, and papers that hold the other words."""
    dog, cat, grass = (LabelFactory(name=name) for name in ("Dog", "Cat", "Grass"))
    items = [
        MediaItemFactory(owner=alice, file_name="1.jpg", taken_local="2015-10-01T12:00:00Z"),
        MediaItemFactory(owner=alice, file_name="2.jpg", taken_local="2016-10-01T12:00:00Z"),
        MediaItemFactory(owner=alice, file_name="3.jpg", taken_local="2017-10-01T12:00:00Z"),
        MediaItemFactory(
            owner=alice, file_name="Canon 2018.jpg", taken_local="2018-01-01T12:00:00Z"
        ),
        MediaItemFactory(owner=alice, file_name="5.pdf", kind="document", caption="London dog"),
    ]
    for item, label in (
        (items[0], dog),
        (items[0], grass),
        (items[1], dog),
        (items[2], cat),
    ):
        MediaLabelFactory(item=item, label=label, confidence=95)
    index(*items)
    return items


@pytest.mark.parametrize(
    ("text", "expected", "fits"),
    [
        ("photos of dogs on grass from 2018", ["1.jpg"], "without one of “photos”, “2018”"),
        ("dogs in 2018", ["1.jpg", "2.jpg", "5.pdf"], "“dogs” alone"),
        ("canon photos of cats", ["3.jpg"], "without one of “canon”, “photos”"),
        ("photos of cats on a sofa", ["3.jpg"], "without “sofa”"),
        (
            "photos of dogs on a sofa from 2018",
            ["1.jpg", "2.jpg"],
            "without “sofa” and without one of “photos”, “2018”",
        ),
        ("a perro from 2018", ["1.jpg", "2.jpg"], "“perro” alone"),
        ("cats in 2018 and dogs", ["3.jpg"], "“cats” alone"),
    ],
)
def test_what_a_sentence_is_about_is_kept_to_the_last(
    text: str, expected: list[str], fits: str, alice: User, pets: Sequence[MediaItem]
) -> None:
    page = search_media(alice, text)
    assert _names(page) == expected
    assert page.notices[-1].message == f"Nothing fits all of it; these fit {fits}."


@pytest.mark.parametrize(
    "text",
    ["pictures from nowhereland", "photos of my yacht", "Fotos von gestern", "Fotos aus Brünn",
     "the videos and photos of a yacht", "photos -cat of yachts", "type:photo of a yacht"],
)  # fmt: skip
def test_words_for_kinds_alone_are_no_answer(
    text: str, alice: User, pets: Sequence[MediaItem]
) -> None:
    page = search_media(alice, text)
    assert (page.total, page.related) == (0, ())
    assert page.empty_help is not None
    assert "partial" not in _codes(page)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("photos of a yacht since 2017", ["3.jpg", "Canon 2018.jpg"]),
        ("photos of a yacht by canon", ["Canon 2018.jpg"]),
        ("the photos and pictures of london", ["5.pdf"]),
    ],
)
def test_a_kind_is_kept_beside_what_tells_something(
    text: str, expected: list[str], alice: User, pets: Sequence[MediaItem]
) -> None:
    page = search_media(alice, text)
    assert (_names(page), _codes(page)[-1]) == (expected, "partial")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("photos from yesterday", ["1.jpg"]),
        ("Fotos von gestern", ["1.jpg"]),
        ("photos d'hier", ["1.jpg"]),
        ("fotos de ayer", ["1.jpg"]),
        ("foto di ieri", ["1.jpg"]),
        ("pictures of grass from today", ["1.jpg"]),
        ("pictures from today", ["2.jpg"]),
        ("photos d'aujourd'hui", ["2.jpg"]),
        ("Bilder von Hunden heute", ["2.jpg"]),
        ("yesterday", []),
        ("-yesterday pictures of dogs", ["1.jpg", "2.jpg"]),
        ('pictures "yesterday"', []),
    ],
)
@time_machine.travel("2016-10-01T20:00:00Z", tick=False)
def test_days_beside_words_for_kinds_are_days(
    text: str, expected: list[str], alice: User, pets: Sequence[MediaItem]
) -> None:
    pets[0].taken_local = "2016-09-30T08:00:00Z"
    pets[0].save()
    index(pets[0])
    page = search_media(alice, text)
    assert _names(page) == expected
    assert "typo" not in _codes(page)


@time_machine.travel("2016-10-01T23:30:00Z", tick=False)
def test_days_are_those_where_the_user_is(alice: User, pets: Sequence[MediaItem]) -> None:
    alice.time_zone = "Pacific/Auckland"
    assert _names(search_media(alice, "photos from yesterday")) == ["2.jpg"]
    alice.time_zone = "UTC"
    assert _names(search_media(alice, "photos from yesterday")) == []


@time_machine.travel("2016-10-01T20:00:00Z", tick=False)
def test_why_not_speaks_of_the_day_that_was_typed(alice: User, pets: Sequence[MediaItem]) -> None:
    clauses = explain(alice, pets[0], "photos from today").clauses
    assert [(clause.text, clause.is_met) for clause in clauses] == [
        ("photos", True),
        ("today", False),
    ]
    assert clauses[1].reasons
    assert explain(alice, pets[1], "photos from today").clauses[1].is_met
