"""The one date of an item, which the timeline, albums, lists and searches all go by."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gallery.models import DocumentField, MediaItem
from gallery.types import DateSource

_COLUMNS = ("taken_local", "taken_offset", "taken_source")
_EARLIEST = datetime(1826, 1, 1, tzinfo=UTC)


def wall_clock(moment: datetime, owner: User) -> datetime:
    """What a clock on the wall showed at ``moment``, kept as if it were UTC.

    An offset that ``moment`` brings is the place's own; only UTC, which tells nothing
    of the place, is shown in the owner's zone.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    if moment.utcoffset() == UTC.utcoffset(None):
        zone = zoneinfo.ZoneInfo(owner.time_zone) if owner.time_zone else None
        moment = timezone.localtime(moment, zone or timezone.get_default_timezone())
    return moment.replace(tzinfo=UTC)


def is_plausible(taken: datetime) -> bool:
    """True for a day on which pictures were taken, and which is not to come."""
    return _EARLIEST <= taken <= timezone.now() + timedelta(days=2)


@transaction.atomic
def settle_date(item: MediaItem) -> None:
    """Date the item by what is printed on it, or else by its upload, where nothing else dates it.

    What its file or its owner says stands. Who calls it has changed the item's fields, and
    tells the search.
    """
    rows = MediaItem.objects.select_for_update(no_key=True)
    item.refresh_from_db(fields=_COLUMNS, from_queryset=rows)
    if item.taken_source not in (DateSource.ADDED, DateSource.PRINTED):
        return
    if printed := _printed_day(item):
        item.taken_local, item.taken_source = printed, DateSource.PRINTED
    elif item.taken_source == DateSource.PRINTED:
        item.taken_local = wall_clock(item.added_at, item.owner)
        item.taken_source = DateSource.ADDED
    item.save(update_fields=_COLUMNS)


def _printed_day(item: MediaItem) -> datetime | None:
    fields = DocumentField.objects.filter(item=item, kind="date").order_by("position")
    days = (field.day for field in fields)
    return next((day for day in days if day and is_plausible(day)), None)
