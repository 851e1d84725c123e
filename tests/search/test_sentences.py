"""Sentences: small words, kinds by other names, amounts and years, and what nearly fits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from accounts.models import User
from gallery.models import DocumentField, MediaItem
from gallery.services.dating import settle_date
from search.results import ResultPage
from search.services import search_media
from search.types import Tier
from search.whynot import explain
from tests.factories import (
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)
from tests.search.conftest import index

pytestmark = pytest.mark.django_db


@pytest.fixture
def album(alice: User) -> Sequence[MediaItem]:
    """A dog, a car, a clip of a dog, a receipt and an invoice."""
    dog, car = LabelFactory(name="Dog"), LabelFactory(name="Car")
    items = [
        MediaItemFactory(owner=alice, file_name="a.jpg", taken_local="2008-10-01T12:00:00Z"),
        MediaItemFactory(owner=alice, file_name="b.jpg", taken_local="2015-10-01T12:00:00Z"),
        MediaItemFactory(owner=alice, file_name="c.mp4", kind="video"),
        MediaItemFactory(
            owner=alice, file_name="d.jpg", document_type="receipt", taken_source="added"
        ),
        MediaItemFactory(owner=alice, file_name="e.pdf", kind="document", document_type="invoice"),
    ]
    for item, label in ((items[0], dog), (items[1], car), (items[2], dog)):
        MediaLabelFactory(item=item, label=label, confidence=95)
    TextPageFactory(item=items[3], lines=[text_line("MR DIY Kuala Lumpur TOTAL 12.00")])
    TextPageFactory(item=items[4], lines=[text_line("Invoice 4711 total 593.10")])
    _print(items[3], "date", "2018-11-05")
    _print(items[3], "total", "12.00")
    _print(items[4], "total", "593.10")
    index(*items)
    return items


def _print(item: MediaItem, kind: str, normalized: str) -> None:
    count = DocumentField.objects.filter(item=item).count()
    DocumentField.objects.create(
        item=item,
        position=count,
        kind=kind,
        key=kind.title(),
        value=normalized,
        normalized=normalized,
        confidence=95,
    )
    settle_date(item)


def _names(page: ResultPage) -> list[str]:
    return sorted(hit.item.file_name for hit in page.hits)


def _codes(page: ResultPage) -> list[str]:
    return [notice.code for notice in page.notices]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pictures of dogs", ["a.jpg"]),
        ("show me the photo with a dog", ["a.jpg"]),
        ("clips with my dog", ["c.mp4"]),
        ("photos taken in 2008", ["a.jpg"]),
        ("photos before 2015", ["a.jpg"]),
        ("images since 2015 with a car", ["b.jpg"]),
        ("receipt from november 2018", ["d.jpg"]),
        ("receipts under 50", ["d.jpg"]),
        ("bills over 500", ["e.pdf"]),
        ("the bill from diy", ["d.jpg"]),
        ("invoice of at least 593.10", ["e.pdf"]),
        ('"pictures of dogs"', []),
        ("-pictures dog", ["a.jpg", "c.mp4"]),
        ("before 2010", ["a.jpg"]),
        ("receipts before 2019", ["d.jpg"]),
        ("type:receipt taken:2018-11", ["d.jpg"]),
        ("text:invoice total", ["e.pdf"]),
    ],
)
def test_what_a_sentence_asks_for_is_found(
    text: str, expected: list[str], alice: User, album: Sequence[MediaItem]
) -> None:
    page = search_media(alice, text)
    assert _names(page) == expected
    assert all(hit.matches for hit in page.hits)


def test_a_receipt_without_a_day_of_capture_stands_in_the_year_printed_on_it(
    alice: User, album: Sequence[MediaItem]
) -> None:
    page = search_media(alice, "receipts", filters={"year": ["2018"]}, with_facets=True)
    assert _names(page) == ["d.jpg"]
    assert [(value.value, value.count) for value in page.facets["year"]] == [("2018", 1)]


def test_a_word_for_a_kind_does_not_lower_the_rank(alice: User, album: Sequence[MediaItem]) -> None:
    assert search_media(alice, "picture of a dog").hits[0].tier is Tier.STRONG


def test_the_reason_names_the_kind(alice: User, album: Sequence[MediaItem]) -> None:
    (hit,) = search_media(alice, "pictures of dogs").hits
    assert {match.field for match in hit.matches} == {"label", "type"}


def test_a_sentence_may_miss_a_word_and_says_so(alice: User, album: Sequence[MediaItem]) -> None:
    page = search_media(alice, "receipt from the diy store november 2018")
    assert _names(page) == ["d.jpg"]
    assert _codes(page) == ["common", "partial"]
    assert page.notices[-1].message == "Nothing fits all of it; these fit without “store”."


def test_any_one_of_known_words_may_be_wrong(alice: User, album: Sequence[MediaItem]) -> None:
    page = search_media(alice, "receipt of the invoice by diy kuala")
    assert _names(page) == ["d.jpg"]
    assert "without one of “receipt”, “invoice”, “diy”, “kuala”" in page.notices[-1].message


def test_where_no_two_words_meet_the_rarest_is_kept(
    alice: User, album: Sequence[MediaItem]
) -> None:
    page = search_media(alice, "my dog by a car with the total")
    assert _names(page) == ["b.jpg"]
    assert page.notices[-1].message == "Nothing fits all of it; these fit “car” alone."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("my dog by a car with the total", "partial"),
        ("receipt from the diy store november 2018", "partial"),
        ("diyy OR dgo", "typo"),
    ],
)
def test_a_value_of_a_facet_leads_to_what_it_counts(
    text: str, code: str, alice: User, album: Sequence[MediaItem]
) -> None:
    """Without the words that the facet's own items would fit alone."""
    page = search_media(alice, text, with_facets=True)
    assert _codes(page)[-1] == code
    names = set(_names(page))
    counted = [(facet, value) for facet, values in page.facets.items() for value in values]
    assert counted
    for facet, value in counted:
        chosen = search_media(alice, text, filters={facet: [value.value]})
        assert chosen.total == value.count
        assert set(_names(chosen)) <= names
    assert search_media(alice, text, filters={"year": ["1901"]}).total == 0


def test_two_words_are_both_meant(alice: User, album: Sequence[MediaItem]) -> None:
    page = search_media(alice, "red car")
    assert (page.total, page.hits, _codes(page)) == (0, (), ["partial"])
    assert [hit.item.file_name for hit in page.related] == ["b.jpg"]


def test_what_is_shut_out_or_in_a_field_is_never_left_out(
    alice: User, album: Sequence[MediaItem]
) -> None:
    for text in ("the red dog -dog", "the red place:paris car", 'the red "blue car"'):
        page = search_media(alice, text)
        assert (page.total, page.related) == (0, ())


def test_pages_of_what_nearly_fits_go_on(alice: User) -> None:
    items = MediaItemFactory.create_batch(5, owner=alice, file_name="dog.jpg")
    index(*items)
    first = search_media(alice, "a dog on grass", limit=3)
    rest = search_media(alice, "a dog on grass", limit=3, cursor=first.next_cursor)
    assert {hit.item.pk for hit in (*first.hits, *rest.hits)} == {item.pk for item in items}


def test_few_hits_are_followed_by_less_sure_labels(alice: User, album: Sequence[MediaItem]) -> None:
    unsure = MediaItemFactory(owner=alice, file_name="f.jpg")
    MediaLabelFactory(item=unsure, label=album[0].labels.get().label, confidence=40)
    index(unsure)
    page = search_media(alice, "dog")
    assert _names(page) == ["a.jpg", "c.mp4"]
    assert [hit.item.file_name for hit in page.related] == ["f.jpg"]
    alice.min_confidence = 55
    assert not search_media(alice, "dog").related


def test_why_not_speaks_of_the_words_that_were_typed(
    alice: User, album: Sequence[MediaItem]
) -> None:
    found = explain(alice, album[4], "pictures over 9000")
    assert [(clause.text, clause.is_met) for clause in found.clauses] == [
        ("pictures", False),
        ("over 9000", False),
    ]
