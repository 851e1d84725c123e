"""What confidence does to order and guesses; receipts by what is printed on them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.extracting import record_fields
from gallery.types import Box, Field
from search.services import Sort, search_media
from tests.factories import LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.search.conftest import index
from tests.search.test_search import names

pytestmark = pytest.mark.django_db


def test_guesses_are_shown_only_where_nothing_is_sure_and_nobody_chose(
    alice: User, library: list[MediaItem]
) -> None:
    guess = MediaItemFactory(owner=alice, file_name="yard.jpg")
    MediaLabelFactory(item=guess, label=LabelFactory(name="Lion"), confidence=48)
    hopeless = MediaItemFactory(owner=alice)
    MediaLabelFactory(item=hopeless, label=LabelFactory(name="Kite"), confidence=21)
    index(guess, hopeless)
    page = search_media(alice, "lion")
    assert names(page) == ["yard.jpg"]
    assert [notice.code for notice in page.notices] == ["unsure"]
    assert [match.confidence for match in page.hits[0].matches] == [48]
    assert not search_media(alice, "lion", min_confidence=55).hits
    assert not search_media(alice, "kite").hits
    assert names(search_media(alice, "dog")) == ["beach.jpg"]
    alice.min_confidence = 55
    alice.save()
    assert not search_media(alice, "lion").hits


def test_sure_labels_come_before_newer_guesses(alice: User) -> None:
    dog = LabelFactory(name="Dog")
    sure = MediaItemFactory(owner=alice, file_name="sure.jpg", taken_local="2001-01-01T12:00Z")
    newer = MediaItemFactory(owner=alice, file_name="newer.jpg", taken_local="2024-01-01T12:00Z")
    MediaLabelFactory(item=sure, label=dog, confidence=93)
    MediaLabelFactory(item=newer, label=dog, confidence=61)
    index(sure, newer)
    assert names(search_media(alice, "dog")) == ["sure.jpg", "newer.jpg"]
    assert names(search_media(alice, "dog", sort=Sort.TAKEN)) == ["newer.jpg", "sure.jpg"]


def test_receipts_are_found_by_vendor_amount_and_field_and_say_why(alice: User) -> None:
    receipt = MediaItemFactory(owner=alice, file_name="scan.jpg", kind="photo")
    other = MediaItemFactory(owner=alice, file_name="other.jpg")
    record_fields(
        receipt,
        [
            Field("", "Corner Store", 91, kind="vendor", value_box=Box(0.1, 0.1, 0.2, 0.1)),
            Field("Total", "RM 33.90", 88, 2, "total", "33.90"),
            Field("Due date", "2024-05-31", 80, kind="due_date", normalized="2024-05-31"),
        ],
        [],
    )
    index(receipt, other)
    for text, kind in (
        ("vendor:corner", "vendor"),
        ("total:>33", "total"),
        ("total:33.90", "total"),
        ('field:"due date"', "due_date"),
        ("field:33", "total"),
    ):
        page = search_media(alice, text)
        assert [(hit.item, hit.matches[0].field) for hit in page.hits] == [(receipt, kind)], text
    assert search_media(alice, "total:>33").hits[0].matches[0].page == 2
    assert not search_media(alice, "total:>34").hits
    assert not search_media(alice, "-total:>1 vendor:corner").hits


def test_the_date_on_a_receipt_is_found_as_one_types_dates(alice: User) -> None:
    receipt = MediaItemFactory(owner=alice, file_name="scan.jpg", taken_source="added")
    uploaded = f"{receipt.taken_local:%B %Y}"
    record_fields(
        receipt,
        [Field("Date", "18-11-18", 90, kind="date", normalized="2018-11-18")],
        [],
    )
    index(receipt)
    for text in ("2018-11-18", "november 2018", "nov 2018"):
        hit = search_media(alice, text).hits[0]
        assert (hit.item, hit.matches[0].field) == (receipt, "date"), text
    assert not search_media(alice, f"{uploaded} scan").hits


def test_a_printed_date_orders_as_it_filters(
    alice: User, api_client: Callable[[User | None], APIClient]
) -> None:
    for name, taken, source, day in (
        ("added.jpg", "2026-01-01T10:00Z", "added", ""),
        ("old.jpg", "2026-01-02T10:00Z", "added", "2018-05-14"),
        ("photo.jpg", "2020-03-01T10:00Z", "exif", ""),
        ("taken.jpg", "2022-03-01T10:00Z", "exif", "2012-01-01"),
    ):
        item = MediaItemFactory(owner=alice, file_name=name, taken_local=taken, taken_source=source)
        fields = [Field("Date", day, 90, kind="date", normalized=day)] if day else []
        record_fields(item, fields, [])
        index(item)
    expected = ["added.jpg", "taken.jpg", "photo.jpg", "old.jpg"]
    for text in ("", "jpg"):
        cursor, found = "", []
        for _ in expected:
            page = search_media(alice, text, sort=Sort.TAKEN, cursor=cursor, limit=1)
            found += names(page)
            cursor = page.next_cursor
        assert found == expected, text
    sent = api_client(alice).get("/api/v1/search/", {"sort": "taken"}).json()["results"]
    assert [(hit["date"], hit["date_source"]) for hit in sent] == [
        ("2026-01-01", "added"),
        ("2022-03-01", "taken"),
        ("2020-03-01", "taken"),
        ("2018-05-14", "printed"),
    ]


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("33.90", ""),
        ("33,90", "EUR"),
        ("$33.90", "USD"),
        ("RM33.90", "MYR"),
        ("33.90 EUR", "EUR"),
        ("€33,90", "EUR"),
        (">33", ""),
        (">$33", "CAD"),
        ("<1,000", ""),
    ],
)
def test_amounts_are_read_as_people_write_them(alice: User, amount: str, currency: str) -> None:
    receipt = MediaItemFactory(owner=alice, file_name="scan.jpg")
    fields = [Field("Total", "33.90", 88, 1, "total", "33.90")]
    if currency:
        fields.append(Field("", currency, 88, 1, "currency", currency))
    record_fields(receipt, fields, [])
    index(receipt)
    text = f'total:"{amount}"' if " " in amount else f"total:{amount}"
    assert names(search_media(alice, text)) == ["scan.jpg"]
    assert not search_media(alice, "total:>34").hits


@pytest.mark.parametrize("text", ["mr diy", '"mr diy"', "d.i.y.", "vendor:diy", "MR. D.I.Y"])
def test_initials_are_a_word(alice: User, text: str) -> None:
    shop = MediaItemFactory(owner=alice, caption="MR D.I.Y. (M) SDN BHD", file_name="scan.jpg")
    record_fields(shop, [Field("", "MR D.I.Y. (M) SDN BHD", 88, 1, "vendor")], [])
    index(shop)
    assert names(search_media(alice, text)) == ["scan.jpg"]
