"""The date on the item page, and the form that corrects it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.extracting import record_fields
from gallery.services.facts import record_facts
from gallery.types import Field, MediaFacts
from tests.factories import MediaItemFactory
from tests.pages.markup import markup_of

TAKEN = datetime(2020, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def item(alice: User) -> MediaItem:
    item = MediaItemFactory(owner=alice)
    MediaItem.objects.filter(pk=item.pk).update(added_at="2026-01-02T10:00:00Z")
    item.refresh_from_db()
    facts = MediaFacts(taken_local="2020-01-02T03:04:00", taken_offset=-90, taken_source="exif")
    record_facts(item, facts)
    return item


def page_of(client: Client, item: MediaItem) -> str:
    return markup_of(client.get(reverse("gallery:item", args=[item.pk])))


def send(client: Client, item: MediaItem, **sent: str) -> HttpResponse:
    return client.post(reverse("gallery:correct-date", args=[item.pk]), sent, follow=True)


def row_of(page: str) -> str:
    """The words of the date's row as far as the form."""
    row = page[page.index("<dl> <div> <dt>", page.index('id="facts"')) :]
    return " ".join(re.sub(r"<[^>]+>", " ", row[: row.index("<form")]).split())


def test_a_date_is_corrected_and_taken_back(alices: Client, item: MediaItem) -> None:
    page = page_of(alices, item)
    was = "Thursday, 2 January 2020, 03:04 (UTC-01:30) from the camera"
    assert row_of(page) == f"Taken {was} Correct the date"
    assert 'value="2020-01-02T03:04"' in page
    assert "take-date-back" not in page
    page = markup_of(send(alices, item, taken_at="2011-02-03T04:05"))
    assert "The date is corrected." in page
    assert (
        row_of(page) == "Taken Thursday, 3 February 2011, 04:05 corrected by you Correct the date"
    )
    assert "Thursday, 3 February 2011</time>" in page
    behind = "Thursday, 2 January 2020, 03:04 (UTC-01:30), from the camera"
    assert f"Without your correction: {behind}</p>" in page
    assert ">Use the file&#x27;s own date</button>" in page
    page = markup_of(send(alices, item, own="1", taken_at="nonsense"))
    assert "The correction is taken back." in page
    assert row_of(page) == f"Taken {was} Correct the date"


def test_a_form_that_was_not_changed_changes_nothing(alices: Client, item: MediaItem) -> None:
    page = markup_of(send(alices, item, taken_at="2020-01-02T03:04:00"))
    assert "The date was so already." in page
    item.refresh_from_db()
    assert (item.taken_source, item.taken_offset) == ("exif", -90)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_date_is_the_same_wherever_one_looks_from(
    alices: Client, alice: User, item: MediaItem, zone: str
) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone=zone)
    for told in ("2011-01-01T00:00", "2010-12-31T23:59"):
        send(alices, item, taken_at=told)
        day = datetime.fromisoformat(told)
        page = page_of(alices, item)
        assert f'<time datetime="{told}">{day:%A}, {day.day} {day:%B %Y}</time>' in page
        tiles = markup_of(alices.get("/"))
        assert f'data-day="{told[:10]}" data-month-name="{day:%B %Y}"' in tiles
        assert f">{day:%a} {day.day}</span>" in tiles


def test_seconds_are_shown_where_they_are_known(alices: Client, item: MediaItem) -> None:
    MediaItem.objects.filter(pk=item.pk).update(taken_local="2020-01-02T03:04:05Z")
    assert 'value="2020-01-02T03:04:05"' in page_of(alices, item)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "A date and a time are needed."),
        ("31.5.2020", "Write it like 2020-05-31 14:30."),
        ("1066-10-14T09:00", "There were no photographs before 1826."),
        ("2999-01-01T00:00", "This day is still to come."),
        ('"><script>alert(1)</script>', "Write it like 2020-05-31 14:30."),
    ],
)
def test_what_is_wrong_is_told_beside_what_was_typed(
    alices: Client, item: MediaItem, typed: str, told: str
) -> None:
    response = send(alices, item, taken_at=typed)
    page = markup_of(response)
    assert response.status_code == 422
    assert '<details class="correct-date" open>' in page
    field = re.search(r'<input type="datetime-local"[^>]*>', page)
    assert field and 'aria-invalid="true"' in field[0] and " autofocus" in field[0]
    described = re.search(r'aria-describedby="([^"]+)"', field[0])
    assert described and f'id="{described[1]}"' in page
    assert f"<li>{told}</li>" in page
    assert "<script>alert" not in page
    if typed.isprintable() and typed[:1].isdigit():
        assert f'value="{typed}"' in field[0]
    item.refresh_from_db()
    assert (item.taken_local, item.taken_source) == (TAKEN, "exif")


@pytest.mark.parametrize(
    ("printed", "row", "button", "note"),
    [
        (
            "",
            "Date Friday, 2 January 2026, 10:00 when it was added",
            "Use the day it was added",
            "set by you",
        ),
        (
            "2018-05-14",
            "Date Monday, 14 May 2018 printed on it",
            "Use the printed date",
            "corrected by you",
        ),
    ],
)
def test_what_has_no_date_of_capture_says_what_stands_in(
    alices: Client, item: MediaItem, printed: str, row: str, button: str, note: str
) -> None:
    MediaItem.objects.filter(pk=item.pk).update(taken_source="added", taken_offset=None)
    MediaItem.objects.filter(pk=item.pk).update(taken_local=item.added_at)
    item.refresh_from_db()
    record_fields(item, [Field("Date", "x", 90, kind="date", normalized=printed)], [])
    assert row_of(page_of(alices, item)) == f"{row} Correct the date"
    page = markup_of(send(alices, item, taken_at="2011-02-03 04:05"))
    assert f">{button}</button>" in page
    assert row_of(page) == f"Taken Thursday, 3 February 2011, 04:05 {note} Correct the date"
    assert row_of(markup_of(send(alices, item, own="1"))) == f"{row} Correct the date"


def test_a_date_of_before_says_nothing_of_the_file(alices: Client, item: MediaItem) -> None:
    MediaItem.objects.filter(pk=item.pk).update(taken_source="owner")
    page = page_of(alices, item)
    assert ">Use the file&#x27;s own date</button>" in page
    assert "Without your correction" not in page
