"""Why not? Every clause that an item misses says so, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import F
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import JobState, LabelState, MediaItem, Step
from gallery.services.extracting import record_fields
from gallery.types import Field
from search.dates import spoken_day
from search.explanations import Explanation
from search.services import search_media
from search.whynot import explain
from tests.factories import (
    JobFactory,
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)
from tests.search.conftest import index

pytestmark = pytest.mark.django_db
Api = Callable[[User | None], APIClient]
Page = Callable[[User | None], Client]


@pytest.fixture
def missed(alice: User) -> MediaItem:
    """An item of somebody who chose a threshold, and is shown no guesses below it."""
    alice.min_confidence = 55
    alice.save()
    item = MediaItemFactory(owner=alice, file_name="garden.jpg", favorite=False)
    MediaLabelFactory(item=item, label=LabelFactory(name="Dog"), confidence=38)
    rejected = LabelFactory(name="Snow")
    MediaLabelFactory(item=item, label=rejected, confidence=90, state=LabelState.REJECTED)
    TextPageFactory(item=item, lines=[text_line("your recelpt number")])
    index(item)
    return item


def said(found: Explanation) -> dict[str, list[str]]:
    return {
        clause.text: [reason.message for reason in clause.reasons]
        for clause in found.clauses
        if not clause.is_met
    }


def test_every_clause_says_why_it_misses(alice: User, missed: MediaItem) -> None:
    found = explain(alice, missed, "garden dog snow receipt unicorn is:favorite width:>9000")
    assert not found.is_found
    assert [clause.text for clause in found.clauses if clause.is_met] == ["garden"]
    reasons = said(found)
    assert reasons["dog"] == ["Dog 38, your threshold is 55."]
    assert reasons["snow"] == ["You rejected Snow."]
    assert reasons["receipt"] == ["Read as “recelpt”."]
    assert reasons["unicorn"] == ["unicorn is not in anything known of it."]
    assert reasons["is:favorite"] == ["It is not is:favorite."]
    assert reasons["width:>9000"] == [f"Its width is {missed.width}."]


def test_what_was_shut_out_and_what_alternatives_lack(alice: User, missed: MediaItem) -> None:
    reasons = said(explain(alice, missed, "-garden (unicorn OR taken:1999)"))
    assert reasons["-garden"] == ["It has garden, which you shut out."]
    assert len(reasons["unicorn OR taken:1999"]) == 2


@pytest.mark.parametrize(
    ("state", "words"),
    [(JobState.WAITING, "not read yet"), (JobState.FAILED, "could not be read")],
)
def test_what_is_not_read_is_said_to_be_so(alice: User, state: str, words: str) -> None:
    item = MediaItemFactory(owner=alice)
    JobFactory(item=item, step=Step.READ, state=state)
    index(item)
    assert any(words in reason for reason in said(explain(alice, item, "unicorn"))["unicorn"])


def test_trash_and_a_late_index_keep_out_of_everything(alice: User, missed: MediaItem) -> None:
    missed.search_version += 1
    assert [reason.code for reason in explain(alice, missed, "garden").general] == ["not_indexed"]


@pytest.mark.parametrize(
    "text",
    ["garden", "dog", "snow", "receipt", "number", '"your recelpt"', "gard*", "-dog", "type:photo",
     "confidence:>30", "dog OR garden", "label:dog>30", "is:archived", "", "taken:2001..2002"],
)  # fmt: skip
def test_the_examination_agrees_with_the_search(alice: User, missed: MediaItem, text: str) -> None:
    missed.refresh_from_db()
    is_found = missed.pk in [hit.item.pk for hit in search_media(alice, text).hits]
    assert explain(alice, missed, text).is_found == is_found


def test_the_correction_is_one_click_away(
    alice: User, missed: MediaItem, page_client: Page
) -> None:
    client = page_client(alice)
    address = f"/search/why-not/{missed.pk}/?q=dog"
    shown = client.get(address).content.decode()
    assert "Dog 38, your threshold is 55." in shown and "It is Dog" in shown
    row = missed.labels.get(label__name="Dog")
    client.post(f"/media/{missed.pk}/labels/{row.pk}/", {"state": "confirmed", "next": address})
    index(missed)
    assert "finds it" in client.get(address).content.decode()
    assert "garden.jpg" in client.get("/search/why-not/?q=dog&name=gard").content.decode()


def test_bounds_that_were_asked_for_are_named(alice: User, missed: MediaItem) -> None:
    MediaLabelFactory(item=missed, label=LabelFactory(name="Church"), confidence=56)
    index(missed)
    for text, asked in (
        (">80", "more than 80"),
        (">=80", "at least 80"),
        ("<40", "less than 40"),
        (">=70<=90", "at least 70 and at most 90"),
    ):
        (clause,) = explain(alice, missed, f"label:church{text}").clauses
        (reason,) = clause.reasons
        assert reason.message == f"Church 56, you asked for {asked}."
        assert (reason.media_label is not None) == ("<" not in text)
    assert said(explain(alice, missed, "church", min_confidence=60))["church"] == [
        "Church 56, your threshold is 60."
    ]


def test_what_no_file_says_is_not_said_to_be_when_it_was_taken(
    alice: User, missed: MediaItem
) -> None:
    day = spoken_day(missed.taken_local)
    unknown = "The file does not say when it was taken;"

    def about(source: str) -> list[str]:
        MediaItem.objects.filter(pk=missed.pk).update(taken_source=source)
        index(missed)
        return said(explain(alice, missed, "taken:1999"))["taken:1999"]

    assert about("exif") == [f"It was taken on {day}."]
    assert about("added") == [f"{unknown} it was added on {day}."]
    printed = Field("Date", "14.5.18", 90, kind="date", normalized="2018-05-14")
    record_fields(missed, [printed], [])
    assert about("printed") == [f"{unknown} 14 May 2018 is printed on it."]


def test_a_foreign_word_is_told_with_the_label_that_it_stands_for(
    alice: User, missed: MediaItem
) -> None:
    (clause,) = explain(alice, missed, "Hund").clauses
    assert [reason.message for reason in clause.reasons] == ["Dog 38, your threshold is 55."]
    (clause,) = explain(alice, missed, "gato").clauses
    (reason,) = clause.reasons
    assert (reason.message, reason.add_label) == ("“gato” (Cat) is not among its labels.", "Cat")
    assert said(explain(alice, missed, "label:cat"))["label:cat"] == [
        "“cat” is not among its labels."
    ]


def test_what_fits_but_is_not_in_the_index_yet_is_said_to_be_found_soon(
    alice: User, missed: MediaItem, page_client: Page
) -> None:
    MediaItem.objects.filter(pk=missed.pk).update(search_version=F("search_version") + 1)
    address = f"/search/why-not/{missed.pk}/"
    shown = page_client(alice).get(f"{address}?q=garden").content.decode()
    assert "“garden” fits it now and finds it in a moment" in shown
    assert "does not find it" not in shown
    assert "does not find it" in page_client(alice).get(f"{address}?q=dog").content.decode()


def test_the_api_says_the_same(alice: User, missed: MediaItem, api_client: Api) -> None:
    sent = {"q": "dog garden", "item": str(missed.pk)}
    answer = api_client(alice).get("/api/v1/search/why-not/", sent).json()
    assert (answer["found"], [clause["met"] for clause in answer["clauses"]]) == (
        False,
        [False, True],
    )
    reason = answer["clauses"][0]["reasons"][0]
    assert reason["code"] == "unsure"
    assert reason["label_id"] == str(missed.labels.get(label__name="Dog").pk)


def test_nobody_asks_about_anothers_item(
    bob: User, missed: MediaItem, api_client: Api, page_client: Page
) -> None:
    sent = {"q": "garden", "item": str(missed.pk)}
    assert api_client(bob).get("/api/v1/search/why-not/", sent).status_code == 404
    assert page_client(bob).get(f"/search/why-not/{missed.pk}/?q=garden").status_code == 404
    assert "garden.jpg" not in page_client(bob).get("/search/why-not/?q=x").content.decode()
    assert page_client(None).get(f"/search/why-not/{missed.pk}/").status_code == 302
