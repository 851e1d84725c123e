"""Items in lists say what the serializer of their schema says."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from gallery.api.listed import items_data
from gallery.api.serializers import ItemSerializer
from gallery.models import MediaItem
from gallery.queries import thumbs_of
from tests.factories import MediaItemFactory, RenditionFactory

FULL: dict[str, Any] = {
    "kind": "document",
    "document_type": "receipt",
    "caption": "<b>two & three</b>",
    "trashed_at": datetime(2024, 7, 1, 23, 30, 0, 120_000, tzinfo=UTC),
    "taken_local": datetime(2024, 4, 30, 23, 59, 59, tzinfo=UTC),
    "taken_offset": -210,
    "taken_source": "exif",
    "latitude": 38,
    "longitude": -9.25,
    "city": "Lisbon",
    "region": "Lisbon",
    "country": "Portugal",
    "country_code": "PT",
    "camera_make": "Canon",
    "camera_model": "EOS",
    "lens": "50 mm",
    "page_count": 3,
    "duration_ms": 7,
}


def serialized(items: list[MediaItem]) -> list[dict[str, Any]]:
    context = {"thumbs": thumbs_of(item.pk for item in items)}
    return [dict(ItemSerializer(item, context=context).data) for item in items]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_a_list_tells_of_items_what_the_schema_describes(alice: User, zone: str) -> None:
    made = [MediaItemFactory(owner=alice, **FULL), MediaItemFactory(owner=alice)]
    RenditionFactory(item=made[0], name="thumb")
    items = list(MediaItem.objects.filter(pk__in=[item.pk for item in made]))
    with timezone.override(zoneinfo.ZoneInfo(zone)):
        listed = items_data(items)
        assert listed == serialized(items)
    assert [list(one) for one in listed] == [list(ItemSerializer.Meta.fields)] * 2
