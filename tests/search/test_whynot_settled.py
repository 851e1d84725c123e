"""Why not? It agrees with the list of results whatever the search fell back on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.db.models import F
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import LabelState, MediaItem
from search.backends.base import SearchUnavailable
from search.explanations import Explanation
from search.services import search_media
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
Api = Callable[[User | None], APIClient]
Page = Callable[[User | None], Client]


@pytest.fixture
def shelf(alice: User) -> Sequence[MediaItem]:
    """A beagle, an ice cream that is a guess, a train, and a page of text."""
    names = ("beagle.jpg", "ice.jpg", "train.jpg", "text.jpg")
    beagle, ice, train, text = (MediaItemFactory(owner=alice, file_name=name) for name in names)
    labels = {name: LabelFactory(name=name) for name in ("Dog", "Ice Cream", "Train")}
    for item, name, confidence in (
        (beagle, "Dog", 97),
        (ice, "Ice Cream", 48),
        (train, "Ice Cream", 12),
        (train, "Train", 90),
        (text, "Train", 31),
    ):
        MediaLabelFactory(item=item, label=labels[name], confidence=confidence)
    TextPageFactory(item=text, lines=[text_line("Platform two, mind the gap")])
    index(beagle, ice, train, text)
    return [MediaItem.objects.get(pk=item.pk) for item in (beagle, ice, train, text)]


def told(found: Explanation) -> list[str]:
    return [notice.message for notice in found.notices]


def missed(found: Explanation) -> dict[str, list[str]]:
    return {
        clause.text: [reason.message for reason in clause.reasons]
        for clause in found.clauses
        if not clause.is_met
    }


@pytest.mark.parametrize(
    "text",
    ["dgo", "dgo~", "label:dgo", "ice cream", "trian", "-dgo", "dgo OR trian", "a train in spring",
     "the dog on a beach at night", "two platform gap zebra", "the ice cream with a zebra", "???",
     "dog", "train", "zebra", "", "a", "ice OR dgo", "mnid gap", "the dgo by a zebra"],
)  # fmt: skip
def test_what_is_listed_is_said_to_be_found(
    alice: User, shelf: Sequence[MediaItem], text: str
) -> None:
    for min_confidence in (None, 55, 20):
        page = search_media(alice, text, min_confidence=min_confidence)
        listed = {hit.item.pk for hit in page.hits}
        found = [explain(alice, item, text, min_confidence=min_confidence) for item in shelf]
        assert {item.pk for item, one in zip(shelf, found, strict=True) if one.is_found} == listed


def test_a_word_that_was_read_otherwise_is_told(
    alice: User, shelf: Sequence[MediaItem], api_client: Api, page_client: Page
) -> None:
    beagle, *_ = shelf
    sent = {"q": "dgo", "item": str(beagle.pk)}
    answer = api_client(alice).get("/api/v1/search/why-not/", sent).json()
    notice = {"code": "typo", "message": "Found because “dgo” was read as “dog”."}
    assert (answer["found"], answer["notices"]) == (True, [notice])
    assert [(one["text"], one["met"]) for one in answer["clauses"]] == [("dog", True)]
    shown = page_client(alice).get(f"/search/why-not/{beagle.pk}/?q=dgo").content.decode()
    assert "“dgo” finds it" in shown and notice["message"] in shown
    assert "Add the label" not in shown


def test_what_is_offered_is_the_label_that_was_searched_for(
    alice: User, shelf: Sequence[MediaItem]
) -> None:
    train = shelf[2]
    found = explain(alice, train, "dgo")
    assert missed(found) == {"dog": ["dog is not in anything known of it."]}
    assert [reason.add_label for reason in found.clauses[0].reasons] == ["Dog"]
    assert (found.is_found, told(found)) == (False, ["“dgo” was read as “dog”."])
    MediaLabelFactory(item=train, label=shelf[0].labels.get().label, state=LabelState.REJECTED)
    assert missed(explain(alice, train, "dgo")) == {"dog": ["You rejected Dog."]}


def test_a_word_of_several_spellings_is_told_with_all_of_them(
    alice: User, shelf: Sequence[MediaItem]
) -> None:
    near = [MediaItemFactory(owner=alice, caption=word) for word in ("xylophase", "xylophane")]
    index(*near)
    found = explain(alice, shelf[0], "xylophaze")
    (reason,) = found.clauses[0].reasons
    assert reason.code == "absent"
    assert {"xylophase", "xylophane"} == set(found.clauses[0].text.split(" OR "))
    assert reason.add_label.lower() in found.clauses[0].text


def test_a_guess_is_told_with_its_confidence(alice: User, shelf: Sequence[MediaItem]) -> None:
    _, ice, train, text = shelf
    message = "Found as a guess of 48 %, because nothing is as sure as 55 %."
    assert told(explain(alice, ice, "ice cream")) == [message]
    found = explain(alice, train, "label:ice-cream")
    assert told(found) == ["Nothing is that sure; guesses down to 30 % were let in."]
    assert missed(found) == {"label:ice-cream": ["Ice Cream 12, guesses count from 30."]}
    # Trains that are surer are found: nobody is shown guesses.
    assert missed(explain(alice, text, "train")) == {"train": ["Train 31, your threshold is 55."]}
    # Whoever chose a threshold means it.
    chosen = explain(alice, ice, "label:ice-cream", min_confidence=55)
    assert missed(chosen) == {"label:ice-cream": ["Ice Cream 48, your threshold is 55."]}


def test_a_sentence_that_was_made_less_is_told(alice: User, shelf: Sequence[MediaItem]) -> None:
    beagle, _, train, _ = shelf
    asked = "a train by the zebra at the lighthouse"
    page = search_media(alice, asked)
    assert page.notices[-1].code == "partial"
    kept = page.notices[-1].message.partition("these fit ")[2].removesuffix(".")
    found = explain(alice, train, asked)
    assert found.is_found
    assert told(found) == [f"Found because it fits {kept}: nothing fits all of it."]
    assert [clause.text for clause in found.clauses] == ["train"]
    other = explain(alice, beagle, asked)
    assert told(other) == [f"What was searched for is what fits {kept}: nothing fits all of it."]
    assert missed(other) == {"train": ["train is not in anything known of it."]}


def test_what_the_index_does_not_know_yet_is_not_read_otherwise(
    alice: User, shelf: Sequence[MediaItem]
) -> None:
    """A label that was added with the click offered is what was typed, late index or not."""
    train = shelf[2]
    MediaLabelFactory(item=train, label=LabelFactory(name="Dgo"), confidence=100)
    MediaItem.objects.filter(pk=train.pk).update(search_version=F("search_version") + 1)
    train.refresh_from_db()
    found = explain(alice, train, "dgo")
    assert (found.is_found_soon, found.notices) == (True, ())


def test_what_has_no_words_finds_nothing(alice: User, shelf: Sequence[MediaItem]) -> None:
    found = explain(alice, shelf[0], "???")
    assert (found.is_found, [reason.code for reason in found.general]) == (False, ["nothing"])


def test_nothing_is_found_in_the_trash(alice: User, shelf: Sequence[MediaItem]) -> None:
    ice = shelf[1]
    ice.trashed_at = ice.added_at
    found = explain(alice, ice, "ice cream")
    assert not any(message.startswith("Found") for message in told(found))


def test_without_an_engine_what_was_typed_is_examined(
    alice: User, shelf: Sequence[MediaItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise SearchUnavailable

    monkeypatch.setattr("search.services.settle", away)
    assert missed(explain(alice, shelf[0], "dgo")) == {
        "dgo": ["dgo is not in anything known of it."]
    }
    assert explain(alice, shelf[0], "dog").is_found
