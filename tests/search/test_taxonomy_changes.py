"""What is learned of a label, or decided of it, is found on all that carries it."""

from __future__ import annotations

import pytest

from accounts.models import User
from gallery.models import Label, MediaItem
from gallery.services.labeling import record_labels
from gallery.types import DetectedLabel
from search.services import search_media
from tests.factories import MediaItemFactory
from tests.search.conftest import index, index_all

pytestmark = pytest.mark.django_db

BEAGLE = DetectedLabel("Beagle", 97, parents=("Dog",), categories=("Animals and Pets",))
DOG = DetectedLabel("Dog", 96, aliases=("Hound",), categories=("Animals and Pets",))


def _see(item: MediaItem, *seen: DetectedLabel) -> None:
    record_labels(item, seen, source="local", model_version="test")
    index_all()


def test_what_a_parent_is_also_called_is_found_on_what_was_labeled_before(alice: User) -> None:
    before, after = MediaItemFactory.create_batch(2, owner=alice)
    index(before, after)
    _see(before, BEAGLE)
    assert search_media(alice, "hound").total == 0
    _see(after, DOG)
    assert {hit.item for hit in search_media(alice, "hound").hits} == {before, after}


def test_a_bare_label_that_its_owner_used_is_filed_when_it_is_known(alice: User) -> None:
    before, other = MediaItemFactory.create_batch(2, owner=alice)
    index(before, other)
    Label.objects.create(name="Dog", key="dog")
    _see(before, DetectedLabel("Dog", 95))
    assert not before.memberships.exists()
    _see(other, DOG)
    assert [row.category.name for row in before.memberships.all()] == ["Animals and Pets"]
    assert search_media(alice, "category:animals").total == 2
