"""Misspelled words are understood, and real words are not taken for others."""

from __future__ import annotations

import pytest

from accounts.models import User
from gallery.models import MediaItem
from search.results import ResultPage
from search.services import search_media
from tests.factories import (
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)
from tests.search.conftest import index

pytestmark = pytest.mark.django_db


def names(page: ResultPage) -> list[str]:
    return [hit.item.file_name for hit in page.hits]


def test_a_typo_is_understood_and_said(alice: User, library: list[MediaItem]) -> None:
    page = search_media(alice, "totl")
    assert names(page) == ["scan.pdf"]
    assert [notice.code for notice in page.notices] == ["typo"]
    assert page.did_you_mean == "total"
    assert page.hits[0].matches[0].field == "text"


@pytest.mark.parametrize(("typed", "word"), [("elepfent", "elephant"), ("recieft", "receipt")])
def test_two_slips_in_a_longer_word_are_understood(alice: User, typed: str, word: str) -> None:
    item = MediaItemFactory(owner=alice, file_name="big.jpg")
    MediaLabelFactory(item=item, label=LabelFactory(name="Elephant"), confidence=90)
    TextPageFactory(item=item, lines=[text_line("Your receipt")])
    index(item)
    page = search_media(alice, typed)
    assert (names(page), page.did_you_mean) == (["big.jpg"], word)
    assert [notice.code for notice in page.notices] == ["typo"]
    assert word in page.notices[0].message


def test_letters_of_a_short_word_that_changed_places_are_put_right(alice: User) -> None:
    dog, dig = (MediaItemFactory(owner=alice, file_name=f"{number}.jpg") for number in (1, 2))
    MediaLabelFactory(item=dog, label=LabelFactory(name="Dog"), confidence=90)
    MediaLabelFactory(item=dig, label=LabelFactory(name="Dig"), confidence=90)
    index(dog, dig)
    page = search_media(alice, "dgo")
    assert (names(page), page.did_you_mean) == (["1.jpg"], "dog")
    assert (names(search_media(alice, "dug")), search_media(alice, "dug").did_you_mean) == ([], "")


def test_the_nearest_spelling_is_taken_before_others(alice: User) -> None:
    size = MediaItemFactory(owner=alice, caption="grosse", taken_local="2001-01-01T00:00:00Z")
    grease = MediaItemFactory(owner=alice, caption="grease", taken_local="2020-01-01T00:00:00Z")
    index(size, grease)
    page = search_media(alice, "groesse")
    assert [hit.item for hit in page.hits] == [size]
    assert page.notices[0].message == "Nothing is spelled like that; these are for grosse."
    both = MediaItemFactory(owner=alice, caption="groessa groesst")
    index(both)
    message = search_media(alice, "groesse").notices[0].message
    assert message == "Nothing is spelled like that; these are for groessa or groesst or grosse."


def test_a_less_near_spelling_is_taken_where_the_nearest_has_nothing_else(alice: User) -> None:
    size = MediaItemFactory(owner=alice, caption="grosse")
    grease = MediaItemFactory(owner=alice, caption="grease john")
    index(size, grease)
    page = search_media(alice, "groesse john")
    assert [hit.item for hit in page.hits] == [grease]
    assert page.did_you_mean in ("grosse john", "grease john")


def test_a_real_word_is_not_taken_for_another(alice: User) -> None:
    """No beach here: a bench is offered, not shown in its place."""
    bench = MediaItemFactory(owner=alice, file_name="park.jpg")
    MediaLabelFactory(item=bench, label=LabelFactory(name="Bench"), confidence=90)
    index(bench)
    page = search_media(alice, "Beach")
    assert (names(page), page.did_you_mean) == ([], "bench")
    assert [notice.code for notice in page.notices] == ["unknown"]
    assert names(search_media(alice, page.did_you_mean)) == ["park.jpg"]
    page = search_media(alice, "bennch")
    assert (names(page), [notice.code for notice in page.notices]) == (["park.jpg"], ["typo"])


def test_a_word_that_the_library_has_is_not_taken_for_another(alice: User) -> None:
    """However unsure its label is, and though nothing has all words."""
    bench = MediaItemFactory(owner=alice, file_name="park.jpg", caption="tolat")
    MediaLabelFactory(item=bench, label=LabelFactory(name="Bench"), confidence=90)
    MediaLabelFactory(item=bench, label=LabelFactory(name="Beach"), confidence=4)
    receipt = MediaItemFactory(owner=alice, file_name="scan.pdf", caption="total")
    index(bench, receipt)
    page = search_media(alice, "beach")
    assert (names(page), page.did_you_mean, page.notices) == ([], "", ())
    page = search_media(alice, "total bench")
    assert (page.total, page.did_you_mean) == (0, "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("totl -totl scan", "total -totl scan"),
        ('"totl" totl~ TOTL', ""),
        ("text:totl (totl OR dog)", "text:total (total OR dog)"),
    ],
)
def test_only_what_was_misspelled_is_respelled(
    alice: User, library: list[MediaItem], text: str, meant: str
) -> None:
    assert search_media(alice, text).did_you_mean == meant
