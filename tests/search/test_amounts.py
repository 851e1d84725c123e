"""Amounts of money: how they are typed, and what is said of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from gallery.models import DocumentField, MediaItem
from search.amounts import cents_of, currencies_in, currencies_named
from search.language import parse
from search.printing import printed
from search.services import search_media
from search.suggestions import suggest
from search.types import Phrase, Range
from search.whynot import explain
from tests.factories import MediaItemFactory
from tests.search.conftest import index


@pytest.mark.parametrize(
    ("raw", "cents"),
    [
        ("50", (5_000, 5_099)),
        ("50.5", (5_050, 5_050)),
        ("33,90", (3_390, 3_390)),
        ("1.234,56", (123_456, 123_456)),
        ("1,234.56", (123_456, 123_456)),
        ("1'234.50", (123_450, 123_450)),
        ("1 234,50", (123_450, 123_450)),
        ("1.234", (123_400, 123_499)),
        ("12.345.678,90", (1_234_567_890, 1_234_567_890)),
        ("$1,234.50", (123_450, 123_450)),
        ("RM10", (1_000, 1_099)),
        ("Rs. 50", (5_000, 5_099)),
        ("50 euros", (5_000, 5_099)),
        ("1.2345", None),
        ("1,2,3", None),
        ("eur", None),
        ("", None),
        ("5e5", None),
        ("9" * 13, None),
    ],
)
def test_amounts_are_read_as_they_are_written_anywhere(
    raw: str, cents: tuple[int, int] | None
) -> None:
    assert cents_of(raw) == cents


@pytest.mark.parametrize(
    ("raw", "currencies"),
    [
        (">50eur", ("eur",)),
        ("50", ()),
        ("€50", ("eur",)),
        ("[50 TO 60]", ()),
        ("50eur..100EUR", ("eur",)),
        ("R$20", ("brl",)),
        ("Rs.50", ("inr",)),
        ("50 pounds", ("gbp",)),
        ("¥500", ("jpy", "cny")),
        ("50xyz", None),
        ("50eurx", None),
    ],
)
def test_currencies_are_known_by_code_sign_and_name(
    raw: str, currencies: tuple[str, ...] | None
) -> None:
    assert currencies_in(raw) == currencies


@given(st.text(max_size=40))
def test_no_text_is_an_error(raw: str) -> None:
    query = parse(f"total:{raw} currency:{raw}")
    assert query.text is not None
    assert isinstance(currencies_named(raw), tuple)


@pytest.mark.parametrize("text", ["total:>50eur", 'total:">50 euros"', "total:$5", "currency:eur"])
def test_what_was_read_can_be_printed_and_read_again(text: str) -> None:
    root = parse(text).root
    assert parse(printed(root)).root == root


def test_an_unknown_currency_is_text_and_said_so() -> None:
    query = parse("total:50xyz")
    assert isinstance(query.root, Phrase)
    assert [notice.code for notice in query.notices] == ["as-text"]
    assert isinstance(parse("total:50chf").root, Range)


@pytest.fixture
def bill(alice: User) -> MediaItem:
    item = MediaItemFactory(owner=alice, file_name="bill.pdf", kind="document")
    for position, (kind, value, normalized) in enumerate(
        [("total", "$50.00", "50.00"), ("currency", "$", "USD")]
    ):
        DocumentField.objects.create(
            item=item,
            position=position,
            kind=kind,
            value=value,
            normalized=normalized,
            confidence=90,
        )
    index(item)
    item.refresh_from_db()
    return item


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("total:50usd", 1),
        ("total:>49", 1),
        ("total:$50", 1),
        ("total:50eur", 0),
        ("currency:usd", 1),
        ("bill over 40 dollars", 1),
        ("bill over 40", 1),
    ],
)
def test_a_bill_is_found_in_its_currency(
    alice: User, bill: MediaItem, text: str, count: int
) -> None:
    page = search_media(alice, text)
    assert page.total == count
    if ":" in text and count:
        (match,) = page.hits[0].matches
        shown = {"total": "$50.00", "currency": "$"}
        assert (match.field, match.snippet[-1].text) in shown.items()


@pytest.mark.django_db
def test_a_sentence_in_another_currency_does_not_find_it(alice: User, bill: MediaItem) -> None:
    found = explain(alice, bill, "bill over 40 euros")
    assert [clause.is_met for clause in found.clauses] == [True, False]


@pytest.mark.django_db
def test_why_not_says_the_amount_with_its_currency(alice: User, bill: MediaItem) -> None:
    found = explain(alice, bill, "total:50eur total:>60 currency:eur total:>49")
    assert [[one.message for one in clause.reasons] for clause in found.clauses] == [
        ["Its total is 50 USD."],
        ["Its total is 50 USD."],
        ["Its currency is USD."],
        [],
    ]


@pytest.mark.django_db
def test_why_not_says_that_no_currency_is_known(alice: User, bill: MediaItem) -> None:
    DocumentField.objects.filter(item=bill, kind="currency").delete()
    (clause,) = explain(alice, bill, "total:50eur").clauses
    assert [one.message for one in clause.reasons] == [
        "Its total is 50, in no currency that was read."
    ]


@pytest.mark.django_db
def test_currencies_are_offered(alice: User) -> None:
    assert [one.query for one in suggest(alice, "total:>5 currency:e")] == ["total:>5 currency:eur"]
