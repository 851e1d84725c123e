"""The details of an item, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format

from gallery.models import MediaItem
from gallery.views.clock import clock

_MAX_EXTRAS = 40
_MAX_VALUE = 300


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the details."""

    name: str
    value: str


def facts_of(item: MediaItem) -> list[Fact]:
    """What is known of the file itself but for its date; empty values are left out."""
    added = date_format(timezone.localtime(item.added_at), "j F Y, H:i")
    facts = [
        Fact("Added", added),
        Fact("File", item.file_name),
        Fact("Kind", _kind(item)),
        Fact("Size", filesizeformat(item.size_bytes)),
        Fact("Dimensions", _dimensions(item)),
        Fact("Length", clock(item.duration_ms) if item.duration_ms else ""),
        Fact("Pages", str(item.page_count) if item.page_count else ""),
        Fact("Camera", item.camera_name),
        Fact("Lens", item.lens),
    ]
    return [fact for fact in facts if fact.value] + _extras(item)


def _dimensions(item: MediaItem) -> str:
    return f"{item.width} \N{MULTIPLICATION SIGN} {item.height}" if item.width else ""


def _kind(item: MediaItem) -> str:
    parts = (item.get_kind_display(), item.get_document_type_display(), item.content_type)
    return ", ".join(part for part in parts if part)


def _extras(item: MediaItem) -> list[Fact]:
    extras = []
    for name, value in list(item.details.items())[:_MAX_EXTRAS]:
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if shown:
            words = str(name).replace("_", " ")
            extras.append(Fact(words[:1].upper() + words[1:60], shown[:_MAX_VALUE]))
    return extras
