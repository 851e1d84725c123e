"""Tiles: what a list page shows of each item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.utils.formats import date_format

from gallery.models import Job, JobState, Kind, MediaItem, Rendition, Step
from gallery.queries import thumbs_of
from gallery.types import DateSource
from gallery.views.clock import clock

RATIO_STEPS = 20  # must agree with STEPS in assets/build.mjs
_SMALLEST, _LARGEST = 13, 60


@dataclass(frozen=True, slots=True)
class Tile:
    """An item in a list. ``coming`` means that its picture is not made yet."""

    item: MediaItem
    thumb: Rendition | None = None
    pending: bool = False
    coming: bool = False
    first_of_day: bool = False

    @property
    def ratio_class(self) -> str:
        """The class that carries width / height in steps of a twentieth."""
        source: Rendition | MediaItem = self.thumb or self.item
        ratio = source.width / source.height if source.width and source.height else 1.0
        return f"r{min(max(round(ratio * RATIO_STEPS), _SMALLEST), _LARGEST)}"

    @property
    def badge(self) -> str:
        """What tells the kind: a video's length, a document's number of pages."""
        if self.item.kind == Kind.VIDEO:
            return clock(self.item.duration_ms) if self.item.duration_ms else ""
        pages = self.item.page_count or 0
        return f"{pages} pages" if pages > 1 else ""

    @property
    def title(self) -> str:
        """The tile in words, for those who do not see it."""
        taken = date_format(self.item.taken_local.date(), "j F Y")
        source = self.item.taken_source
        when = f"{source} {taken}" if source in (DateSource.ADDED, DateSource.PRINTED) else taken
        kind = self.item.get_kind_display().lower()
        news = "still being read" if self.pending else ""
        parts = (self.item.file_name, kind, self.badge, when, news)
        return ", ".join(part for part in parts if part)

    @property
    def sort_key(self) -> str:
        return f"{self.item.taken_local:%Y%m%d%H%M%S%f}{self.item.pk.hex}"

    @property
    def version(self) -> str:
        """Changes with whatever the tile shows."""
        thumb = self.thumb.version if self.thumb else ""
        flags = f"{self.pending:d}{self.coming:d}{self.item.favorite:d}"
        return f"{thumb}.{flags}.{self.sort_key[:14]}.{self.item.taken_source}.{self.badge}"


@dataclass(frozen=True, slots=True)
class Month:
    """The tiles of one month; ``key`` is like 2024-05."""

    key: str
    first: date
    tiles: list[Tile]


def tiles_for(items: Sequence[MediaItem]) -> list[Tile]:
    """Make the tiles of ``items`` in two queries."""
    ids = [item.pk for item in items]
    thumbs, steps = thumbs_of(ids), _open_steps(ids)
    tiles, day = [], None
    for item in items:
        open_steps = steps.get(item.pk, set())
        thumb = thumbs.get(item.pk)
        tiles.append(
            Tile(
                item=item,
                thumb=thumb,
                pending=bool(open_steps),
                coming=thumb is None and bool(open_steps & {Step.INSPECT, Step.RENDER}),
                first_of_day=item.taken_local.date() != day,
            )
        )
        day = item.taken_local.date()
    return tiles


def by_month(tiles: Iterable[Tile]) -> list[Month]:
    """Group tiles that stand in order of capture."""
    grouped = groupby(tiles, key=lambda tile: f"{tile.item.taken_local:%Y-%m}")
    months = [(key, list(group)) for key, group in grouped]
    return [
        Month(key, group[0].item.taken_local.date().replace(day=1), group) for key, group in months
    ]


def _open_steps(item_ids: list[UUID]) -> dict[UUID, set[str]]:
    rows = (
        Job.objects.filter(item__in=item_ids, state__in=(JobState.WAITING, JobState.RUNNING))
        .exclude(step=Step.INDEX)
        .values_list("item_id", "step")
    )
    steps: dict[UUID, set[str]] = {}
    for item_id, step in rows:
        steps.setdefault(item_id, set()).add(step)
    return steps
