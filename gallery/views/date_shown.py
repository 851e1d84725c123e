"""The date of an item in words, where it is from, and the form that corrects it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format

from gallery.forms import DateForm
from gallery.models import MediaItem
from gallery.services.dating import ItemDate, own_date
from gallery.types import DateSource

_SOURCES: dict[str, str] = {
    DateSource.EXIF: "from the camera",
    DateSource.SIDECAR: "from the sidecar",
    DateSource.VIDEO: "from the video",
    DateSource.FILE_NAME: "from the file name",
    DateSource.DOCUMENT: "from the document",
    DateSource.OWNER: "corrected by you",
    DateSource.PRINTED: "printed on it",
    DateSource.ADDED: "when it was added",
}
_TAKE_BACK: dict[str, str] = {
    DateSource.PRINTED: "Use the printed date",
    DateSource.ADDED: "Use the day it was added",
}


@dataclass(frozen=True, slots=True)
class DateShown:
    """``note`` says where the date is from; ``own`` which one stands behind its owner's.

    ``take_back`` is what the button says that takes the owner's date back; empty without one.
    """

    name: str
    value: str
    note: str
    form: DateForm
    take_back: str = ""
    own: str = ""


def date_shown(item: MediaItem, form: DateForm | None = None) -> DateShown:
    """The item's date; ``form`` is what was sent and could not be taken."""
    current = ItemDate(item.taken_local, item.taken_offset, item.taken_source)
    is_no_capture = current.source in (DateSource.PRINTED, DateSource.ADDED)
    name, note = "Date" if is_no_capture else "Taken", _SOURCES.get(current.source, "")
    form = form or DateForm.of(item)
    if current.source != DateSource.OWNER:
        return DateShown(name, _words(current), note, form)
    own = own_date(item)
    if own and own.source == DateSource.ADDED:
        note = "set by you"
    return DateShown(
        name,
        _words(current),
        note,
        form,
        take_back=_TAKE_BACK.get(own.source if own else "", "Use the file's own date"),
        own=f"{_words(own)}, {_SOURCES.get(own.source, '')}" if own else "",
    )


def _words(date: ItemDate) -> str:
    is_printed = date.source == DateSource.PRINTED
    return date_format(date.local, "l, j F Y" if is_printed else "l, j F Y, H:i") + _offset(date)


def _offset(date: ItemDate) -> str:
    if date.offset is None:
        return ""
    sign, minutes = ("-" if date.offset < 0 else "+"), abs(date.offset)
    return f" (UTC{sign}{minutes // 60:02d}:{minutes % 60:02d})"
