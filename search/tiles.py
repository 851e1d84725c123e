"""Hits as the page shows them: the picture of the part that matched, with boxes on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.http import urlencode

from gallery.addresses import item_address
from gallery.models import Kind, Rendition
from gallery.types import Box
from gallery.views.tiles import Tile, tiles_for
from search.dates import source_of_date
from search.results import Hit
from search.types import Match


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a document by its rendition's name, or a frame of a video by its stretch."""

    name: str = ""
    start_ms: int | None = None

    def is_shown_by(self, rendition: Rendition) -> bool:
        if self.start_ms is None:
            return rendition.name == self.name
        return rendition.start_ms == self.start_ms


@dataclass(frozen=True, slots=True)
class FoundTile:
    """A hit on the page. ``url`` opens the item at ``reason``, its strongest match.

    ``picture`` shows that page or that second; ``boxes`` lie on it.
    """

    tile: Tile
    hit: Hit
    url: str
    picture: Rendition | None

    @property
    def day(self) -> datetime:
        return self.hit.item.taken_local

    @property
    def is_added_day(self) -> bool:
        """True where only the day of upload is known."""
        return source_of_date(self.hit.item) == "added"

    @property
    def reason(self) -> Match | None:
        return self.hit.matches[0] if self.hit.matches else None

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where on the picture the first of the reasons lies that lies anywhere on it."""
        if self.reason is None or self.picture is None:
            return ()
        shown = _part_of(self.hit, self.reason)
        if shown and self.picture.name == "thumb":
            return ()
        there = (match.boxes for match in self.hit.matches if _part_of(self.hit, match) == shown)
        return next((boxes for boxes in there if boxes), ())


def found_tiles(text: str, hits: Sequence[Hit]) -> tuple[FoundTile, ...]:
    """Return a tile for each hit; each opens where the hit matched."""
    tiles = tiles_for([hit.item for hit in hits])
    parts = _parts_shown(hits)
    return tuple(
        FoundTile(tile, hit, _item_url(text, hit), parts.get(hit.item.pk, tile.thumb))
        for tile, hit in zip(tiles, hits, strict=True)
    )


def _parts_shown(hits: Sequence[Hit]) -> dict[UUID, Rendition]:
    """The page or frame of the strongest match, for hits that matched within their item."""
    wanted = {
        hit.item.pk: part for hit in hits if hit.matches and (part := _part_of(hit, hit.matches[0]))
    }
    if not wanted:
        return {}
    pages = Q(name__in={part.name for part in wanted.values()})
    frames = Q(start_ms__in={part.start_ms for part in wanted.values()})
    found = Rendition.objects.filter(pages | frames, item__in=wanted)
    return {part.item_id: part for part in found if wanted[part.item_id].is_shown_by(part)}


def _part_of(hit: Hit, match: Match) -> Part | None:
    """Where in its item the match lies; None where the thumb shows it."""
    if hit.item.kind == Kind.VIDEO:
        return Part(start_ms=match.start_ms) if match.start_ms is not None else None
    if match.page is None or match.page == 1:
        return None
    return Part(name=f"page-{match.page:04d}")


def _item_url(text: str, hit: Hit) -> str:
    """Return where the item opens: at the page or second of its strongest match."""
    values: dict[str, str | int] = {"q": text} if text else {}
    for match in hit.matches[:1]:
        if match.page is not None and match.page > 1:
            values["page"] = match.page
        if match.start_ms is not None:
            values["t"] = match.start_ms
    address = item_address(hit.item.pk)
    return f"{address}?{urlencode(values)}" if values else address
