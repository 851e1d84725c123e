"""Labels that an item misses: those that its owner rejected, and people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import LabelState, MediaItem, MediaLabel
from search.services import search_media
from search.whynot import explain
from tests.factories import LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.search.conftest import index
from tests.search.test_whynot import said

pytestmark = pytest.mark.django_db
Api = Callable[[User | None], APIClient]


@pytest.fixture
def denied(alice: User) -> MediaItem:
    """A golden retriever on a picture of which its owner said that there is no dog on it."""
    dog = LabelFactory(name="Dog", aliases=["Hound"])
    pet = LabelFactory(name="Pet")
    retriever = LabelFactory(name="Golden Retriever")
    retriever.parents.set([dog, pet])
    item = MediaItemFactory(owner=alice, file_name="denied.jpg")
    other = MediaItemFactory(owner=alice, file_name="other.jpg")
    for one, label, state in (
        (item, retriever, LabelState.DETECTED),
        (item, dog, LabelState.REJECTED),
        (other, retriever, LabelState.DETECTED),
    ):
        MediaLabelFactory(item=one, label=label, confidence=90, state=state)
    index(item, other)
    return item


def test_a_rejected_parent_is_none_of_what_is_below_it(
    alice: User, denied: MediaItem, api_client: Api
) -> None:
    def found(text: str) -> list[str]:
        return sorted(hit.item.file_name for hit in search_media(alice, text).hits)

    for text in ("dog", "label:dog", "hounds", "label:hound>80"):
        assert found(text) == ["other.jpg"], text
        assert not explain(alice, denied, text).is_found
    for text in ("retriever", "pet", 'label:"golden retriever"', "-label:dog denied"):
        assert "denied.jpg" in found(text), text
    assert said(explain(alice, denied, "dog retriever")) == {"dog": ["You rejected Dog."]}
    assert said(explain(alice, denied, "hound")) == {"hound": ["You rejected Dog."]}
    listed = api_client(alice).get("/api/v1/media/", {"label": "dog"}).json()["results"]
    assert [item["file_name"] for item in listed] == ["other.jpg"]
    MediaLabel.objects.filter(item=denied, state=LabelState.REJECTED).update(
        state=LabelState.DETECTED
    )
    index(denied)
    assert found("dog") == ["denied.jpg", "other.jpg"]


@pytest.mark.parametrize("name", ["Person", "People"])
def test_people_are_missed_as_they_are_searched(alice: User, name: str) -> None:
    item = MediaItemFactory(owner=alice, file_name="crowd.jpg")
    index(item)
    (clause,) = explain(alice, item, "has:people").clauses
    assert [reason.message for reason in clause.reasons] == ["No person is among its labels."]
    assert clause.reasons[0].add_label == "Person"
    row = MediaLabelFactory(item=item, label=LabelFactory(name=name), confidence=38)
    index(item)
    assert not search_media(alice, "has:people", min_confidence=55).total
    assert said(explain(alice, item, "has:people", min_confidence=55)) == {
        "has:people": [f"{name} 38, your threshold is 55."]
    }
    row.confidence = 90
    row.save()
    index(item)
    assert search_media(alice, "has:people", min_confidence=55).total == 1
    (clause,) = explain(alice, item, "has:people", min_confidence=55).clauses
    assert clause.is_met
