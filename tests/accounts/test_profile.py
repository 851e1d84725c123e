"""The profile page."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from gallery.models import MediaCategory, MediaItem
from gallery.services.memberships import project_categories
from tests.factories import CategoryFactory, LabelFactory, MediaItemFactory, MediaLabelFactory


def test_new_confidence_sorts_the_items_again(
    page_client: Callable[[User | None], Client], alice: User
) -> None:
    item, other = MediaItemFactory.create_batch(2, owner=alice)
    pets = LabelFactory(category=CategoryFactory(name="Pets"))
    MediaLabelFactory(item=item, label=pets, confidence=70)
    MediaLabelFactory(item=other, label=pets, confidence=95)
    project_categories(item)
    project_categories(other)
    sent = {"min_confidence": "80", "time_zone": "", "first_name": "", "last_name": ""}
    response = page_client(alice).post("/accounts/profile/", sent)
    assert response.status_code == 302
    assert [row.item for row in MediaCategory.objects.all()] == [other]
    versions = {row.pk: row.search_version for row in MediaItem.objects.all()}
    assert versions == {item.pk: item.search_version + 1, other.pk: other.search_version}
