"""What a search result says of itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from gallery.models import LabelState, MediaItem
from gallery.services.changes import note_change
from search.outbox import drain_once
from tests.factories import LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.pages.markup import markup_of
from tests.pages.shelf import long_ago


@pytest.fixture(autouse=True)
def _own_index(tmp_path: Path, settings: LazySettings) -> None:
    settings.PIXTRACT_INDEX_DIR = tmp_path / "index"


def index(item: MediaItem) -> None:
    note_change(item.owner_id, [item.pk])
    while drain_once():
        pass


def hit(client: Client, query: str) -> str:
    page = markup_of(client.get("/search/", {"q": query, "min_confidence": 0}))
    assert page.count('class="hit"') == 1
    return page[page.index('class="hit"') :]


def labeled(owner: User, name: str, state: str) -> None:
    item = MediaItemFactory(owner=owner)
    MediaLabelFactory(item=item, label=LabelFactory(name=name), confidence=35.4, state=state)
    index(item)


def test_a_confirmed_label_says_so_and_no_percentage(alices: Client, alice: User) -> None:
    labeled(alice, "Truck", LabelState.CONFIRMED)
    labeled(alice, "Road", LabelState.DETECTED)
    assert "<small>confirmed</small>" in hit(alices, "truck")
    assert "<small>35%</small>" in hit(alices, "road")


def test_an_item_without_a_date_says_when_it_was_added(alices: Client, alice: User) -> None:
    for name, source in (("ball.jpg", "exif"), ("tent.jpg", "added")):
        taken = {"taken_local": long_ago(0), "taken_source": source}
        index(MediaItemFactory(owner=alice, file_name=name, **taken))
    assert '<span class="hit-date">30 April 2024</span>' in hit(alices, "ball")
    assert '<span class="hit-date">Added 30 April 2024</span>' in hit(alices, "tent")


def test_what_an_owner_wrote_is_no_markup(alices: Client, alice: User) -> None:
    hostile = '<img src=x onerror="alert(1)"> & kite'
    labeled(alice, hostile[:90], LabelState.DETECTED)
    index(MediaItemFactory(owner=alice, file_name=f"{hostile}.jpg", caption=f"see {hostile}"))
    page = markup_of(alices.get("/search/", {"q": "kite", "min_confidence": 0}))
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x") >= 4
    assert "&amp; <mark>kite</mark>" in page


def test_the_day_of_capture_is_no_other_for_whoever_is_elsewhere(
    alices: Client, alice: User
) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    late = datetime(2024, 4, 30, 23, 30, tzinfo=UTC)
    taken = {"taken_local": late, "taken_source": "exif"}
    index(MediaItemFactory(owner=alice, file_name="kite.jpg", **taken))
    assert '<span class="hit-date">30 April 2024</span>' in hit(alices, "kite")


def test_a_facet_that_was_chosen_can_be_taken_back(alices: Client, alice: User) -> None:
    labeled(alice, "Rock & roll", LabelState.DETECTED)
    asked = {"q": "rock", "min_confidence": 0, "label": "Rock & roll", "sort": "taken"}
    page = markup_of(alices.get("/search/", asked))
    back = "/search/?q=rock&amp;min_confidence=0&amp;sort=taken"
    assert f'<a href="{back}" aria-current="true"><span>Rock &amp; roll</span>' in page
    kind = "/search/?q=rock&amp;label=Rock+%26+roll&amp;kind=photo&amp;min_confidence=0"
    assert f'<a href="{kind}&amp;sort=taken"><span class="kind-name">' in page
