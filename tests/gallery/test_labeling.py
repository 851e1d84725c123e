"""Labels on items: what engines saw, and what owners said of it."""

from __future__ import annotations

import pytest

from accounts.models import User
from gallery.models import Label, LabelState, MediaItem, MediaLabel
from gallery.queries import filled_categories, shown
from gallery.services.labeling import (
    add_label,
    correct_label,
    record_labels,
    remove_own_label,
)
from gallery.types import Box, DetectedLabel, Instance
from tests.factories import MediaItemFactory

pytestmark = pytest.mark.django_db

BEAGLE = DetectedLabel(
    "Beagle",
    91.5,
    parents=("Dog", "Pet", "Animal"),
    aliases=("Hound",),
    categories=("Animals and Pets",),
    instances=(Instance(Box(-0.1, 0.2, 0.5, 2.0), 91.5),),
)
FENCE = DetectedLabel("Fence", 30.0, categories=("Buildings and Architecture",))


@pytest.fixture
def item(alice: User) -> MediaItem:
    return MediaItemFactory(owner=alice)


def analyzed(item: MediaItem, *labels: DetectedLabel) -> dict[str, MediaLabel]:
    record_labels(item, labels, source="local", model_version="1")
    return {row.label.name: row for row in item.labels.select_related("label")}


def shown_names(item: MediaItem) -> set[str]:
    return set(item.labels.filter(shown(55)).values_list("label__name", flat=True))


def categories(item: MediaItem) -> set[str]:
    return set(item.memberships.values_list("category__name", flat=True))


def test_labels_bring_their_parents_and_boxes_on_the_picture(item: MediaItem) -> None:
    rows = analyzed(item, BEAGLE)
    parents = set(rows["Beagle"].label.parents.values_list("name", flat=True))
    assert parents == {"Dog", "Pet", "Animal"}
    assert rows["Beagle"].instances == [{"box": [0.0, 0.2, 0.4, 0.8], "confidence": 91.5}]


def test_unsure_labels_are_kept_but_not_shown(item: MediaItem) -> None:
    assert set(analyzed(item, BEAGLE, FENCE)) == {"Beagle", "Fence"}
    assert shown_names(item) == {"Beagle"}
    assert categories(item) == {"Animals and Pets"}


def test_a_rejection_survives_every_analysis(item: MediaItem) -> None:
    rows = analyzed(item, BEAGLE)
    correct_label(rows["Beagle"], LabelState.REJECTED)
    again = analyzed(item, BEAGLE)
    assert again["Beagle"].state == LabelState.REJECTED
    assert again["Beagle"].pk == rows["Beagle"].pk
    assert shown_names(item) == set() == categories(item)


def test_a_confirmed_label_is_shown_whatever_its_confidence(item: MediaItem) -> None:
    rows = analyzed(item, FENCE)
    correct_label(rows["Fence"], LabelState.CONFIRMED)
    analyzed(item)
    assert shown_names(item) == {"Fence"}
    assert categories(item) == {"Buildings and Architecture"}


def test_a_correction_can_be_taken_back(item: MediaItem) -> None:
    rows = analyzed(item, BEAGLE)
    correct_label(rows["Beagle"], LabelState.REJECTED)
    correct_label(rows["Beagle"], LabelState.DETECTED)
    assert shown_names(item) == {"Beagle"}


def test_an_own_label_stays_over_analyses_and_can_be_removed(item: MediaItem) -> None:
    own = add_label(item, "Uncle Bob's boat")
    analyzed(item, BEAGLE)
    assert shown_names(item) == {"Beagle", "Uncle Bob's boat"}
    remove_own_label(own)
    assert shown_names(item) == {"Beagle"}


def test_own_words_are_the_owners_alone(item: MediaItem, bob: User) -> None:
    add_label(item, "Secret word")
    other = MediaItemFactory(owner=bob)
    add_label(other, "Secret word")
    assert Label.objects.filter(key="secret word").count() == 2


def test_a_hidden_label_is_shown_to_nobody(item: MediaItem) -> None:
    rows = analyzed(item, BEAGLE)
    Label.objects.filter(pk=rows["Beagle"].label_id).update(hidden=True)
    assert shown_names(item) == set()


def test_a_threshold_overrides_the_default(item: MediaItem) -> None:
    rows = analyzed(item, BEAGLE, FENCE)
    Label.objects.filter(pk=rows["Beagle"].label_id).update(threshold=95)
    Label.objects.filter(pk=rows["Fence"].label_id).update(threshold=20)
    assert shown_names(item) == {"Fence"}


def test_every_change_makes_the_item_found_anew(item: MediaItem) -> None:
    before = MediaItem.objects.get(pk=item.pk).search_version
    analyzed(item, BEAGLE)
    assert MediaItem.objects.get(pk=item.pk).search_version > before


def test_categories_count_only_what_the_user_has(item: MediaItem, bob: User) -> None:
    analyzed(item, BEAGLE)
    analyzed(MediaItemFactory(owner=bob), BEAGLE)
    (category,) = filled_categories(item.owner)
    assert (category.name, category.item_count) == ("Animals and Pets", 1)


def test_two_names_that_fold_alike_are_one_label(item: MediaItem) -> None:
    rows = analyzed(item, DetectedLabel("Café", 60.0), DetectedLabel("CAFÉ", 70.0))
    assert [row.confidence for row in rows.values()] == [70.0]
