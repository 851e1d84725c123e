"""The one date of an item, which the timeline, albums, lists and searches all go by."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gallery.models import DocumentField, MediaItem
from gallery.types import DateSource, MediaFacts

TAKEN = ("taken_local", "taken_offset", "taken_source")
FILE_DATE = ("file_date_local", "file_date_offset", "file_date_source")
_EARLIEST = datetime(1826, 1, 1, tzinfo=UTC)


class ItemDate(NamedTuple):
    """A date as items keep it: wall-clock time, minutes east of UTC if known, a DateSource."""

    local: datetime
    offset: int | None
    source: str


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


def why_implausible(taken: datetime) -> str:
    """Say what is wrong with wall-clock time as the date of an item; nothing if it can be one."""
    taken = taken.replace(tzinfo=UTC)
    if taken < _EARLIEST:
        return "There were no photographs before 1826."
    return "This day is still to come." if taken > timezone.now() + timedelta(days=2) else ""


def is_plausible(taken: datetime) -> bool:
    """True for a day on which pictures were taken, and which is not to come."""
    return not why_implausible(taken)


@transaction.atomic
def settle_date(item: MediaItem) -> None:
    """Date the item by what is printed on it, or else by its upload, where nothing else dates it.

    What its file or its owner says stands. Who calls it has changed the item's fields, and
    tells the search.
    """
    lock_date(item)
    if item.taken_source not in (DateSource.ADDED, DateSource.PRINTED):
        return
    date = _undated(item)
    # The day of an upload stays as it was told, wherever its owner has gone since.
    if DateSource.PRINTED in (item.taken_source, date.source):
        set_date(item, date)
        item.save(update_fields=TAKEN)


def lock_date(item: MediaItem) -> None:
    """Read the item's date anew, and keep it from others until the transaction ends."""
    rows = MediaItem.objects.select_for_update(no_key=True)
    item.refresh_from_db(fields=[*TAKEN, *FILE_DATE], from_queryset=rows)


def set_date(item: MediaItem, date: ItemDate) -> None:
    """Date the item so, without saving it."""
    item.taken_local, item.taken_offset, item.taken_source = date


def correct_date(item: MediaItem, taken: datetime) -> None:
    """Date a locked item as its owner does, and keep what its file says; does not save it.

    The very date that the item has, offset and all, is sent back rather than corrected.
    """
    told = item.taken_local.replace(tzinfo=None), item.taken_offset
    if (taken.replace(tzinfo=None), _offset_minutes(taken)) == told and taken.tzinfo:
        return
    if item.taken_source != DateSource.OWNER:
        _keep_file_date(item, _date_by_file(item))
    set_date(item, ItemDate(wall_clock(taken, item.owner), None, DateSource.OWNER))


def _offset_minutes(moment: datetime) -> int | None:
    offset = moment.utcoffset()
    return None if offset is None else round(offset / timedelta(minutes=1))


def restore_date(item: MediaItem) -> bool:
    """Take the owner's date back from a locked item, which is not saved.

    Returns whether its file must be looked at once more to know what that says.
    """
    if item.taken_source != DateSource.OWNER:
        return False
    is_unknown = not item.file_date_source
    set_date(item, own_date(item) or _undated(item))
    item.file_date_local, item.file_date_offset, item.file_date_source = None, None, ""
    return is_unknown


def own_date(item: MediaItem) -> ItemDate | None:
    """The item's date but for its owner's word; None if only its file can tell."""
    if item.taken_source != DateSource.OWNER:
        return ItemDate(item.taken_local, item.taken_offset, item.taken_source)
    if item.file_date_local:
        return ItemDate(item.file_date_local, item.file_date_offset, item.file_date_source)
    return _undated(item) if item.file_date_source else None


def take_file_date(item: MediaItem, facts: MediaFacts) -> None:
    """File the date that a locked item's file tells, behind its owner's; does not save it."""
    date = _date_in(facts)
    if item.taken_source == DateSource.OWNER:
        _keep_file_date(item, date)
    elif date:
        set_date(item, date)


def _date_in(facts: MediaFacts) -> ItemDate | None:
    if not facts.taken_local:
        return None
    taken = datetime.fromisoformat(facts.taken_local).replace(tzinfo=UTC)
    if not is_plausible(taken):
        return None
    return ItemDate(taken, facts.taken_offset, facts.taken_source[:12])


def _date_by_file(item: MediaItem) -> ItemDate | None:
    if item.taken_source in (DateSource.ADDED, DateSource.PRINTED):
        return None
    return ItemDate(item.taken_local, item.taken_offset, item.taken_source)


def _keep_file_date(item: MediaItem, date: ItemDate | None) -> None:
    local, offset, source = date or (None, None, DateSource.ADDED)
    item.file_date_local, item.file_date_offset, item.file_date_source = local, offset, source


def _undated(item: MediaItem) -> ItemDate:
    """The date of what has none of its own: what is printed on it, or else its upload."""
    if printed := _printed_day(item):
        return ItemDate(printed, None, DateSource.PRINTED)
    return ItemDate(wall_clock(item.added_at, item.owner), None, DateSource.ADDED)


def _printed_day(item: MediaItem) -> datetime | None:
    fields = DocumentField.objects.filter(item=item, kind="date").order_by("position")
    days = (field.day for field in fields)
    return next((day for day in days if day and is_plausible(day)), None)
