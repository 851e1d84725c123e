"""One date, which the timeline, albums, lists and searches all go by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Album, AlbumOrder, DocumentField, MediaItem
from gallery.queries import in_album
from gallery.services.extracting import record_fields
from gallery.services.facts import record_facts
from gallery.types import Field, MediaFacts
from search.services import Sort, search_media
from tests.factories import MediaItemFactory
from tests.pages.markup import markup_of
from tests.search.conftest import index

ApiOf = Callable[[User | None], APIClient]
UPLOADED = datetime(2026, 1, 2, 10, tzinfo=UTC)


def dated(*days: str) -> list[Field]:
    return [Field("Date", day, 90, kind="date", normalized=day) for day in days]


@pytest.fixture
def receipt(alice: User) -> MediaItem:
    """Without a date of its own, uploaded on 2 January 2026."""
    item = MediaItemFactory(owner=alice, file_name="receipt.jpg", taken_local=UPLOADED)
    MediaItem.objects.filter(pk=item.pk).update(added_at=UPLOADED)
    item.refresh_from_db()
    return item


def date_of(item: MediaItem) -> tuple[str, str]:
    item.refresh_from_db(fields=["taken_local", "taken_source"])
    return f"{item.taken_local:%Y-%m-%d}", item.taken_source


@pytest.mark.django_db
def test_all_lists_go_by_the_same_date(
    alice: User, receipt: MediaItem, api_client: ApiOf, client: Client
) -> None:
    record_fields(receipt, dated("2018-05-14"), [])
    others = [
        MediaItemFactory(owner=alice, file_name=name, taken_local=f"{name[:4]}-03-01T10:00:00Z")
        for name in ("2017.jpg", "2019.jpg")
    ]
    index(receipt, *others)
    expected = ["2019.jpg", "receipt.jpg", "2017.jpg"]
    album = Album.objects.create(owner=alice, name="All", ordering=AlbumOrder.NEWEST)
    for position, item in enumerate([receipt, *others]):
        album.places.create(item=item, position=position)
    assert [item.file_name for item in in_album(album)] == expected
    sent = api_client(alice).get("/api/v1/media/", {"ordering": "-taken"}).json()["results"]
    assert [item["file_name"] for item in sent] == expected
    assert (sent[1]["taken_at"], sent[1]["taken_source"]) == ("2018-05-14T00:00:00", "printed")
    assert [hit.item.file_name for hit in search_media(alice, "", sort=Sort.TAKEN).hits] == expected
    client.force_login(alice)
    timeline = markup_of(client.get("/"))
    assert sorted(expected, key=timeline.index) == expected
    assert 'aria-label="receipt.jpg, photo, printed 14 May 2018"' in timeline


@pytest.mark.django_db
def test_the_day_of_upload_stands_in_only_for_what_has_no_other(receipt: MediaItem) -> None:
    record_fields(receipt, dated("soon", "1066-10-14", "2999-01-01"), [])
    assert date_of(receipt) == ("2026-01-02", "added")
    record_fields(receipt, dated("2999-01-01", "2018-05-14", "2017-01-01"), [])
    assert date_of(receipt) == ("2018-05-14", "printed")
    record_fields(receipt, [], [])
    assert date_of(receipt) == ("2026-01-02", "added")


@pytest.mark.django_db
def test_what_the_file_or_its_owner_says_goes_before_what_is_printed(
    alice: User, receipt: MediaItem, api_client: ApiOf
) -> None:
    record_fields(receipt, dated("2018-05-14"), [])
    record_facts(receipt, MediaFacts())
    assert date_of(receipt) == ("2018-05-14", "printed")
    record_facts(receipt, MediaFacts(taken_local="2020-01-02T03:04:05", taken_source="exif"))
    record_fields(receipt, dated("2018-05-15"), [])
    assert date_of(receipt) == ("2020-01-02", "exif")
    address = f"/api/v1/media/{receipt.pk}/"
    api_client(alice).patch(address, {"taken_at": "2011-02-03T04:05:06"}, format="json")
    record_fields(receipt, dated("2018-05-16"), [])
    assert date_of(receipt) == ("2011-02-03", "owner")


@pytest.mark.django_db(transaction=True)
def test_items_of_before_are_dated_by_what_is_printed_on_them(
    alice: User, receipt: MediaItem
) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    late = datetime(2026, 1, 2, 20, tzinfo=UTC)
    MediaItem.objects.filter(pk=receipt.pk).update(added_at=late)
    photo = MediaItemFactory(owner=alice, taken_local=UPLOADED, taken_source="exif")
    future = MediaItemFactory(owner=alice, taken_local=UPLOADED)
    call_command("migrate", "gallery", "0012", verbosity=0)
    try:
        for item, days in ((receipt, ("x", "2018-05-14")), (photo, ("2018-05-14",)),
                           (future, ("2999-01-01",))):  # fmt: skip
            for position, day in enumerate(days):
                DocumentField.objects.create(
                    item=item, position=position, kind="date", normalized=day, confidence=90
                )
    finally:
        call_command("migrate", verbosity=0)
    assert [date_of(item) for item in (receipt, photo, future)] == [
        ("2018-05-14", "printed"),
        ("2026-01-02", "exif"),
        ("2026-01-02", "added"),
    ]
    call_command("migrate", "gallery", "0012", verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("migrate", "gallery", "0012", verbosity=0)
    assert date_of(receipt) == ("2026-01-03", "added")
    call_command("migrate", verbosity=0)
