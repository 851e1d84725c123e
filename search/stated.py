"""States, sizes and moments of upload as reasons: they stand in no words of an item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from gallery.models import MediaItem
from search.dates import sort_key, spoken_day
from search.needles import choices_of, ranges_of
from search.types import Match, Node, SnippetPart

_MEASURED = ("size", "width", "height", "duration", "added")


class Stated:
    """What a query asks for that an item is or has, or that is measured of it."""

    def __init__(self, root: Node | None) -> None:
        asked = (one for one in choices_of(root) if one.field in ("is", "has"))
        self._choices = tuple(dict.fromkeys(asked))
        self._ranges = [one for one in ranges_of(root) if one.field in _MEASURED]

    def __bool__(self) -> bool:
        return bool(self._choices or self._ranges)

    def matches(self, item: MediaItem) -> Iterator[Match]:
        """Yield what of it holds for the item, with the item's own values."""
        states = _states(item)
        for choice in self._choices:
            if states.get((choice.field, choice.value)):
                yield _match(choice.field, choice.value)
        for field in dict.fromkeys(bound.field for bound in self._ranges):
            value, spoken = _measured(item, field)
            if any(bound.holds(value) for bound in self._ranges if bound.field == field):
                yield _match(field, spoken)


def _match(field: str, value: str) -> Match:
    return Match(field, (SnippetPart(value, highlighted=True),))


def _states(item: MediaItem) -> dict[tuple[str, str], bool]:
    return {
        ("is", "favorite"): item.favorite,
        ("is", "archived"): item.archived,
        ("has", "text"): item.has_text,
        ("has", "location"): item.coordinates is not None,
        ("has", "caption"): bool(item.caption),
    }


def _measured(item: MediaItem, field: str) -> tuple[int | None, str]:
    """Return a value as the language counts it, and as it is read."""
    if field == "added":
        moment = item.added_at.astimezone(UTC)
        return sort_key(item.added_at) // 1000, f"{spoken_day(moment)}, {moment:%H:%M} UTC"
    if field == "duration":
        return item.duration_ms, f"{(item.duration_ms or 0) / 1000:g} s"
    if field == "size":
        return item.size_bytes, f"{item.size_bytes:,} bytes"
    pixels: int = item.width if field == "width" else item.height
    return pixels, f"{pixels:,} pixels"
