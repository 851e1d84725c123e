"""Dates the items that are here already by what is printed on them, as new ones are dated."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import migrations
from django.utils import timezone

_AT_ONCE = 500
_COLUMNS = ["taken_local", "taken_source"]


def date_by_print(apps: Any, schema_editor: Any) -> None:
    """Go through the items in small transactions; broken off, it goes on."""
    items = apps.get_model("gallery", "MediaItem").objects
    fields = apps.get_model("gallery", "DocumentField").objects.filter(kind="date")
    dated = items.filter(taken_source="added", pk__in=fields.values("item")).order_by("pk")
    last = None
    while rows := list((dated.filter(pk__gt=last) if last else dated)[:_AT_ONCE]):
        changed = []
        for item in rows:
            written = fields.filter(item=item).order_by("position")
            days = (_day(text) for text in written.values_list("normalized", flat=True))
            if day := next((day for day in days if day), None):
                item.taken_local, item.taken_source = day, "printed"
                changed.append(item)
        items.bulk_update(changed, _COLUMNS)
        last = rows[-1].pk


def _day(text: str) -> datetime | None:
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
    latest = timezone.now() + timedelta(days=2)
    return day if datetime(1826, 1, 1, tzinfo=UTC) <= day <= latest else None


def date_by_upload(apps: Any, schema_editor: Any) -> None:
    items = apps.get_model("gallery", "MediaItem").objects.select_related("owner")
    while rows := list(items.filter(taken_source="printed").order_by("pk")[:_AT_ONCE]):
        for item in rows:
            name = item.owner.time_zone
            zone = zoneinfo.ZoneInfo(name) if name else timezone.get_default_timezone()
            item.taken_local = timezone.localtime(item.added_at, zone).replace(tzinfo=UTC)
            item.taken_source = "added"
        items.bulk_update(rows, _COLUMNS)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("gallery", "0012_album_names_of_any_case")]

    operations = [migrations.RunPython(date_by_print, date_by_upload)]
