"""The date as the owner corrects it, and the file's own behind it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Job, JobState, MediaItem, Step
from gallery.services.editing import edit_item
from gallery.services.extracting import record_fields
from gallery.services.facts import record_facts
from gallery.types import Field, MediaFacts
from search.services import search_media
from tests.factories import MediaItemFactory, picture_bytes, stored_item
from tests.search.conftest import index

ApiOf = Callable[[User | None], APIClient]
CORRECTED = datetime(2011, 2, 3, 4, 5, 6)  # noqa: DTZ001 - wall-clock time
EXIF = MediaFacts(taken_local="2020-01-02T03:04:05", taken_offset=120, taken_source="exif")


@pytest.fixture
def item(alice: User) -> MediaItem:
    return stored_item(alice)


def date_of(item: MediaItem) -> tuple[str, int | None, str]:
    names = ["taken_local", "taken_offset", "taken_source"]
    item.refresh_from_db(fields=names)
    return f"{item.taken_local:%Y-%m-%d %H:%M:%S}", item.taken_offset, item.taken_source


def correct(item: MediaItem, taken: datetime | None = CORRECTED) -> None:
    edit_item(MediaItem.objects.get(pk=item.pk), {"taken_at": taken})


@pytest.mark.django_db
@pytest.mark.parametrize("offset", [120, 0])
def test_the_date_as_it_was_told_corrects_nothing(
    alice: User, item: MediaItem, api_client: ApiOf, offset: int
) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="America/Los_Angeles")
    record_facts(item, replace(EXIF, taken_offset=offset))
    client, address = api_client(alice), f"/api/v1/media/{item.pk}/"
    told = client.get(address).json()
    assert told["taken_at"] == f"2020-01-02T03:04:05+0{offset // 60}:00"
    client.patch(address, {"taken_at": told["taken_at"]}, format="json")
    assert client.get(address).json() == told


@pytest.mark.django_db
def test_a_correction_that_is_taken_back_leaves_the_files_date(item: MediaItem) -> None:
    record_facts(item, EXIF)
    of_file = ("2020-01-02 03:04:05", 120, "exif")
    assert date_of(item) == of_file
    correct(item)
    correct(item, CORRECTED.replace(year=2012))
    assert date_of(item) == ("2012-02-03 04:05:06", None, "owner")
    correct(item, None)
    assert date_of(item) == of_file
    correct(item, None)
    assert date_of(item) == of_file
    item.refresh_from_db()
    assert (item.file_date_local, item.file_date_source) == (None, "")


@pytest.mark.django_db
def test_a_correction_outlives_inspections_and_the_date_behind_it_is_refreshed(
    item: MediaItem,
) -> None:
    correct(item)
    record_facts(item, EXIF)
    assert date_of(item) == ("2011-02-03 04:05:06", None, "owner")
    newer = MediaFacts(taken_local="2019-09-09T09:09:09", taken_source="filename")
    record_facts(item, newer)
    assert date_of(item) == ("2011-02-03 04:05:06", None, "owner")
    correct(item, None)
    assert date_of(item) == ("2019-09-09 09:09:09", None, "filename")
    correct(item)
    record_facts(item, MediaFacts(taken_local="2999-01-01T00:00:00", taken_source="exif"))
    correct(item, None)
    assert date_of(item)[2] == "added"


@pytest.mark.django_db
def test_what_has_no_date_goes_back_to_print_or_upload(item: MediaItem) -> None:
    record_facts(item, MediaFacts())
    before = date_of(item)
    assert before[2] == "added"
    correct(item)
    correct(item, None)
    assert date_of(item) == before
    correct(item)
    record_fields(item, [Field("Date", "x", 90, kind="date", normalized="2018-05-14")], [])
    assert date_of(item)[2] == "owner"
    correct(item, None)
    assert date_of(item) == ("2018-05-14 00:00:00", None, "printed")


def jobs_of(item: MediaItem) -> dict[str, str]:
    return dict(Job.objects.filter(item=item).values_list("step", "state"))


@pytest.mark.django_db
def test_a_file_that_was_never_asked_is_looked_at_again_and_nothing_else_is(
    item: MediaItem,
) -> None:
    MediaItem.objects.filter(pk=item.pk).update(
        taken_source="owner", taken_local="2011-02-03T00:00:00Z"
    )
    Job.objects.filter(item=item).update(state=JobState.DONE)
    correct(item, None)
    assert date_of(item)[2] == "added"
    opened = {step for step, state in jobs_of(item).items() if state != JobState.DONE}
    assert opened == {Step.INSPECT, Step.PLACE, Step.INDEX}
    record_facts(item, EXIF)
    assert date_of(item)[2] == "exif"


@pytest.mark.django_db
def test_a_file_that_says_no_date_is_not_looked_at_again(item: MediaItem) -> None:
    record_facts(item, MediaFacts())
    correct(item)
    Job.objects.filter(item=item).update(state=JobState.DONE)
    correct(item, None)
    assert jobs_of(item)[Step.INSPECT] == JobState.DONE


@pytest.mark.django_db
def test_a_file_that_could_not_be_read_is_not_tried_again(item: MediaItem) -> None:
    MediaItem.objects.filter(pk=item.pk).update(taken_source="owner")
    Job.objects.filter(item=item).update(state=JobState.FAILED)
    correct(item, None)
    assert date_of(item)[2] == "added"
    assert jobs_of(item)[Step.INSPECT] == JobState.FAILED


@pytest.mark.django_db
def test_the_api_corrects_and_takes_back(
    alice: User, bob: User, item: MediaItem, api_client: ApiOf
) -> None:
    record_facts(item, EXIF)
    index(item)
    address = f"/api/v1/media/{item.pk}/"

    def patch(user: User | None, taken_at: object) -> tuple[int, dict]:
        answer = api_client(user).patch(address, {"taken_at": taken_at}, format="json")
        return answer.status_code, answer.json()

    _, sent = patch(alice, "2011-02-03T04:05:06")
    assert (sent["taken_at"], sent["taken_source"]) == ("2011-02-03T04:05:06", "owner")
    index(item)
    assert [len(search_media(alice, f"taken:{year}").hits) for year in (2011, 2020)] == [1, 0]
    found = api_client(alice).get("/api/v1/search/", {"q": "February 2011", "facets": "1"}).json()
    assert [hit["date"] for hit in found["results"]] == ["2011-02-03"]
    assert [year["value"] for year in found["facets"]["year"]] == ["2011"]
    assert found["results"][0]["matches"][0]["field"] == "taken"
    assert patch(bob, None)[0] == patch(bob, "2001-01-01")[0] == 404
    assert patch(None, None)[0] == 401
    assert date_of(item)[2] == "owner"
    _, sent = patch(alice, None)
    assert (sent["taken_at"], sent["taken_source"]) == ("2020-01-02T03:04:05+02:00", "exif")
    index(item)
    assert [len(search_media(alice, f"taken:{year}").hits) for year in (2011, 2020)] == [0, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "taken_at", ["0000-01-01", "0001-01-01T00:00:00+14:00", "1825-12-31", "2999-01-01", "soon",
                 "", 20200101, True, [], {}, "9999-12-31T23:59:59-14:00", "2020-02-30", "2020\x00"]
)  # fmt: skip
def test_dates_that_cannot_be_are_refused(
    alice: User, item: MediaItem, api_client: ApiOf, taken_at: object
) -> None:
    record_facts(item, EXIF)
    changes = {"taken_at": taken_at, "favorite": True}
    answer = api_client(alice).patch(f"/api/v1/media/{item.pk}/", changes, format="json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == ["taken_at"]
    item.refresh_from_db()
    assert (date_of(item)[2], item.favorite) == ("exif", False)


@pytest.mark.django_db
def test_tomorrow_is_refused_only_where_it_is_nowhere_yet(
    alice: User, item: MediaItem, api_client: ApiOf
) -> None:
    for days, status in ((1, 200), (3, 400)):
        taken_at = (timezone.now() + timedelta(days=days)).replace(tzinfo=None).isoformat()
        changes = {"taken_at": taken_at}
        answer = api_client(alice).patch(f"/api/v1/media/{item.pk}/", changes, format="json")
        assert answer.status_code == status
    assert answer.json()["errors"]["taken_at"] == ["This day is still to come."]


def test_the_schema_names_every_source_and_that_null_takes_back(client: Client) -> None:
    schemas = json.loads(client.get("/api/schema/?format=json").content)["components"]["schemas"]
    sources = ["exif", "sidecar", "video", "filename", "document", "owner", "printed", "added"]
    assert schemas["TakenSourceEnum"]["enum"] == sources
    assert schemas["PatchedItemChangesRequest"]["properties"]["taken_at"]["nullable"] is True
    assert "nullable" not in schemas["UploadRequest"]["properties"]["taken_at"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", "2026-01-03"), ("America/New_York", "2026-01-02")]
)
def test_an_upload_without_a_date_stands_on_its_owners_day(
    alice: User, api_client: ApiOf, zone: str, day: str
) -> None:
    alice.time_zone = zone
    alice.save()
    with time_machine.travel("2026-01-02T23:30:00Z"):
        item = stored_item(alice, picture_bytes(7), "undated.jpg")
    record_facts(item, MediaFacts())
    correct(item)
    correct(item, None)
    index(item)
    sent = api_client(alice).get(f"/api/v1/media/{item.pk}/").json()
    assert (sent["taken_at"][:10], sent["taken_source"]) == (day, "added")
    hit = api_client(alice).get("/api/v1/search/", {"q": f"taken:{day}"}).json()["results"][0]
    assert (hit["date"], hit["date_source"]) == (day, "added")


@pytest.mark.django_db(transaction=True)
def test_dates_that_owners_gave_before_stay_theirs(alice: User) -> None:
    items = [
        MediaItemFactory(owner=alice, taken_source=source) for source in ("owner", "exif", "added")
    ]
    sources = MediaItem.objects.order_by("taken_local").values_list("taken_source", flat=True)
    call_command("migrate", "gallery", "0014", verbosity=0)
    try:
        assert sorted(sources) == ["added", "exif", "upload"]
    finally:
        call_command("migrate", verbosity=0)
    assert [date_of(item)[2] for item in items] == ["owner", "exif", "added"]
    correct(items[0], None)
    assert date_of(items[0])[2] == "added"
