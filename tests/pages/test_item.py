"""The page of one item."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gallery.models import JobState, Kind, LabelState, Lane, MediaItem, Step
from gallery.services.extracting import record_fields
from gallery.types import Field
from tests.factories import (
    JobFactory,
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    RenditionFactory,
    TextPageFactory,
    text_line,
)
from tests.pages.markup import markup_of
from tests.pages.shelf import long_ago

QueryLimit = Callable[[int], AbstractContextManager[object]]
PAYLOAD = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.fixture
def item(alice: User) -> MediaItem:
    return MediaItemFactory(owner=alice, taken_local=long_ago(0))


def page_of(client: Client, item: MediaItem, **asked: object) -> str:
    response = client.get(reverse("gallery:item", args=[item.pk]), asked)
    assert response.status_code == 200
    return markup_of(response)


def label(item: MediaItem, name: str, confidence: float, **rest: object) -> None:
    MediaLabelFactory(item=item, label=LabelFactory(name=name), confidence=confidence, **rest)


def shown_labels(page: str) -> list[str]:
    items = re.findall(r'<li class="chip-item"[^>]*data-name="([^"]+)"[^>]*?( hidden)?>', page)
    return [name for name, hidden in items if not hidden]


def test_others_get_404(bobs: Client, item: MediaItem) -> None:
    assert bobs.get(reverse("gallery:item", args=[item.pk])).status_code == 404


def test_administrators_get_404(
    carol: User, page_client: Callable[[User | None], Client], item: MediaItem
) -> None:
    assert page_client(carol).get(reverse("gallery:item", args=[item.pk])).status_code == 404


def test_the_slider_decides_and_says_what_a_lower_one_adds(alices: Client, item: MediaItem) -> None:
    for name, confidence in (("Cat", 98.2), ("Grass", 44.5), ("Fence", 41.0), ("Dog", 12.0)):
        label(item, name, confidence)
    page = page_of(alices, item, min=55)
    assert shown_labels(page) == ["Cat"]
    assert "55: 1 label · at 40 you would also see Grass, Fence" in page
    lower = page_of(alices, item, min=40)
    assert shown_labels(lower) == ["Cat", "Grass", "Fence"]
    assert "40: 3 labels · at 10 you would also see Dog" in lower
    assert "0: 4 labels<" in page_of(alices, item, min=0)


def test_the_slider_starts_at_the_users_own_confidence(
    alices: Client, alice: User, item: MediaItem
) -> None:
    alice.min_confidence = 98
    alice.save()
    label(item, "Cat", 98.2)
    label(item, "Whiskers", 97.9)
    assert shown_labels(page_of(alices, item)) == ["Cat"]


def test_confirmed_labels_are_always_shown_and_rejected_never(
    alices: Client, item: MediaItem
) -> None:
    label(item, "Sure", 3.0, state=LabelState.CONFIRMED)
    label(item, "Wrong", 99.0, state=LabelState.REJECTED)
    page = page_of(alices, item, min=100)
    assert shown_labels(page) == ["Sure"]
    assert "Take back the rejection of Wrong" in page


@pytest.mark.parametrize(("threshold", "shown"), [(30, ["Cat"]), (60, [])])
def test_a_labels_own_threshold_counts_alone(
    alices: Client, item: MediaItem, threshold: int, shown: list[str]
) -> None:
    MediaLabelFactory(
        item=item, label=LabelFactory(name="Cat", threshold=threshold), confidence=50.0
    )
    assert shown_labels(page_of(alices, item, min=90)) == shown
    assert shown_labels(page_of(alices, item, min=10)) == shown


def test_boxes_are_drawn_as_ratios(alices: Client, item: MediaItem) -> None:
    RenditionFactory(item=item, name="preview")
    label(item, "Cat", 98.0, instances=[{"box": [0.1, 0.2, 0.3, 0.4], "confidence": 98}])
    assert '<rect x="0.1" y="0.2" width="0.3" height="0.4"/>' in page_of(alices, item)


def test_searched_words_are_marked(alices: Client, item: MediaItem) -> None:
    RenditionFactory(item=item, name="preview")
    TextPageFactory(item=item, lines=[text_line("Two Invoices, paid"), text_line("nothing")])
    page = page_of(alices, item, q="invoice -paid label:dog")
    assert "<mark>Invoices</mark>" in page
    assert "<mark>paid</mark>" not in page
    marks = page[page.index('class="marks"') :]
    assert marks[: marks.index("</g>")].count("<rect") == 1


def test_the_printed_groups_of_a_code_are_marked(alices: Client, item: MediaItem) -> None:
    RenditionFactory(item=item, name="preview")
    TextPageFactory(item=item, lines=[text_line("pay to DE89 3704 0044 now"), text_line("3704")])
    page = page_of(alices, item, q="DE8937040044")
    assert "<mark>DE89 3704 0044</mark>" in page
    assert page.count("<mark>") == 1
    marks = page[page.index('class="marks"') :]
    assert marks[: marks.index("</g>")].count("<rect") == 1


def test_everything_foreign_is_escaped(alices: Client, item: MediaItem) -> None:
    MediaItem.objects.filter(pk=item.pk).update(
        file_name=PAYLOAD[:200],
        caption=PAYLOAD,
        city=PAYLOAD,
        camera_model=PAYLOAD,
        details={PAYLOAD: PAYLOAD},
    )
    RenditionFactory(item=item, name="preview")
    label(item, PAYLOAD, 99.0, instances=[{"box": [0, 0, 1, 1], "confidence": 99}])
    TextPageFactory(item=item, lines=[text_line(PAYLOAD)])
    JobFactory(
        item=item, step=Step.READ, lane=Lane.ANALYSIS, state=JobState.FAILED, error_message=PAYLOAD
    )
    page = page_of(alices, item, q=PAYLOAD)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_long_documents_are_shown_ten_pages_at_a_time(alices: Client, alice: User) -> None:
    item = MediaItemFactory(owner=alice, kind=Kind.DOCUMENT, page_count=25)
    for number in range(1, 26):
        RenditionFactory(item=item, name=f"page-{number:04d}")
        TextPageFactory(item=item, number=number, lines=[text_line(f"words of page{number}")])
    page = page_of(alices, item, page=13)
    assert re.findall(r'id="page-(\d+)"', page) == [str(n) for n in range(11, 21)]
    assert re.search(r'id="page-13"[^>]* data-asked', page)
    assert "page15" in page and "page25" not in page
    assert "?page=10" in page and "?page=21" in page


def test_a_video_has_moments_and_a_playable_copy(alices: Client, alice: User) -> None:
    item = MediaItemFactory(owner=alice, kind=Kind.VIDEO, content_type="video/x-msvideo")
    RenditionFactory(item=item, name="play", content_type="video/mp4")
    label(item, "Dog", 90.0, moments=[{"start_ms": 61_000, "end_ms": 63_000, "confidence": 90}])
    TextPageFactory(item=item, start_ms=5_000, lines=[text_line("EXIT")])
    page = page_of(alices, item, t=61_000)
    assert page.index("/renditions/play/") < page.index("/original/")
    assert page.count('#t=61"') == 2
    assert '<a href="?t=61000" data-seek="61000">1:01</a>' in page
    assert '<a href="?t=5000" data-seek="5000">0:05</a>' in page


@pytest.mark.parametrize("step", [Step.INSPECT, Step.RENDER])
def test_a_broken_video_has_no_player(alices: Client, alice: User, step: Step) -> None:
    item = MediaItemFactory(owner=alice, kind=Kind.VIDEO, content_type="video/webm")
    job = JobFactory(item=item, step=step, state=JobState.WAITING)
    assert "<video" in page_of(alices, item)
    job.state = JobState.FAILED
    job.save()
    page = page_of(alices, item)
    assert "<video" not in page
    assert "There is no picture of this file." in page and "Download the original" in page


def test_a_video_whose_pictures_were_made_before_it_failed_still_plays(
    alices: Client, alice: User
) -> None:
    item = MediaItemFactory(owner=alice, kind=Kind.VIDEO, content_type="video/webm")
    JobFactory(item=item, step=Step.RENDER, state=JobState.FAILED)
    RenditionFactory(item=item, name="poster")
    assert "<video" in page_of(alices, item)


def test_a_confirmed_label_says_so_and_no_percentage(alices: Client, item: MediaItem) -> None:
    label(item, "Truck", 35.4, state=LabelState.CONFIRMED)
    label(item, "Road", 81.2)
    label(item, "Mine", 100.0, state=LabelState.CONFIRMED, source="user")
    page = page_of(alices, item, min=0)
    shown = re.findall(r'>(\w+)<span class="percent">([^<]+)<', page)
    assert sorted(shown) == [("Mine", "yours"), ("Road", "81%"), ("Truck", "confirmed")]


def test_an_item_without_a_date_says_when_it_was_added(alices: Client, item: MediaItem) -> None:
    when = f"{item.taken_local.day} April 2024"
    for source, shown in (("exif", f"Tuesday, {when}</time>"), ("added", f"Added {when}</time>")):
        MediaItem.objects.filter(pk=item.pk).update(taken_source=source)
        assert f">{shown}" in page_of(alices, item)


def test_a_document_without_a_day_of_capture_says_what_is_printed_on_it(
    alices: Client, item: MediaItem
) -> None:
    MediaItem.objects.filter(pk=item.pk).update(taken_source="added")
    item.refresh_from_db()
    printed = [
        Field("Date", day, 90, kind="date", normalized=day) for day in ("soon", "2018-05-14")
    ]
    record_fields(item, printed, [])
    page = page_of(alices, item)
    assert '<time datetime="2018-05-14">Printed 14 May 2018</time> · ' in page
    assert f">added {item.added_at:%-d %B %Y}</time>" in page
    assert "Date</dt> <dd> Monday, 14 May 2018 <small>printed on it</small>" in page
    MediaItem.objects.filter(pk=item.pk).update(taken_source="exif")
    assert "Printed 14 May" not in page_of(alices, item)


def test_neighbors_are_those_of_the_timeline(alices: Client, alice: User, item: MediaItem) -> None:
    newer = MediaItemFactory(owner=alice, taken_local=long_ago(-1))
    older = MediaItemFactory(owner=alice, taken_local=long_ago(1))
    MediaItemFactory(owner=alice, taken_local=long_ago(0.5), archived=True)
    page = page_of(alices, item)
    assert re.search(rf'class="beside newer"[^>]*{newer.pk}', page)
    assert re.search(rf'class="beside older-item"[^>]*{older.pk}', page)


def test_a_failed_step_says_why_and_can_be_tried_again(alices: Client, item: MediaItem) -> None:
    failed = JobFactory(item=item, state=JobState.FAILED, error_message="The file ends too early.")
    page = page_of(alices, item)
    assert "The file ends too early." in page
    alices.post(reverse("gallery:retry-item", args=[item.pk]))
    failed.refresh_from_db()
    assert failed.state == JobState.WAITING


def test_no_news_is_a_short_answer(alices: Client, item: MediaItem) -> None:
    state = re.search(r'data-state="(\w+)"', page_of(alices, item))
    assert state is not None
    address = reverse("gallery:item", args=[item.pk])
    assert alices.get(address, {"state": state[1]}).status_code == 204
    label(item, "Cat", 90.0)
    MediaItem.objects.filter(pk=item.pk).update(search_version=2)
    assert alices.get(address, {"state": state[1]}).status_code == 200


def test_queries_do_not_grow_with_labels(
    alices: Client, item: MediaItem, django_assert_max_num_queries: QueryLimit
) -> None:
    for number in range(30):
        label(item, f"Label {number}x", 90.0)
        TextPageFactory(item=item, number=number + 1)
    with django_assert_max_num_queries(14):
        page_of(alices, item)
