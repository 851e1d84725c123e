"""What the item page shows large: a picture, pages one under another, or a video."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gallery.models import Kind, MediaItem, Rendition

PAGES_AT_ONCE = 10
_PAGE_NAME = re.compile(r"page-(\d+)")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of one page (photos have one page)."""

    number: int
    rendition: Rendition


@dataclass(frozen=True, slots=True)
class Stage:
    """The large part of the item page. ``pages`` are those around the one asked for."""

    item: MediaItem
    pictures: list[Picture]
    page: int
    page_total: int
    poster: Rendition | None = None
    play: Rendition | None = None
    start_ms: int = 0

    @property
    def version(self) -> str:
        shown = [picture.rendition for picture in self.pictures]
        shown += [found for found in (self.poster, self.play) if found]
        return ".".join(rendition.version for rendition in shown)

    @property
    def is_empty(self) -> bool:
        return not (self.pictures or self.poster or self.play)

    @property
    def moment(self) -> str:
        """The part of a video's address that makes browsers open it at the moment asked for."""
        return f"#t={self.start_ms / 1000:g}" if self.start_ms else ""

    @property
    def numbers(self) -> list[int]:
        return [picture.number for picture in self.pictures]

    @property
    def earlier_page(self) -> int | None:
        first = min(self.numbers, default=1)
        return first - 1 if first > 1 else None

    @property
    def later_page(self) -> int | None:
        last = max(self.numbers, default=self.page_total)
        return last + 1 if last < self.page_total else None


def stage_of(item: MediaItem, page: int, start_ms: int) -> Stage:
    """Choose the renditions that the item is shown by."""
    found = {rendition.name: rendition for rendition in item.renditions.all()}
    if item.kind == Kind.VIDEO:
        poster = found.get("poster") or found.get("preview") or found.get("thumb")
        return Stage(item, [], 1, 1, poster, found.get("play"), start_ms)
    pages = _pages(found)
    total = max(len(pages), 1)
    page = min(page, total)
    first = (page - 1) // PAGES_AT_ONCE * PAGES_AT_ONCE
    return Stage(item, pages[first : first + PAGES_AT_ONCE], page, total)


def _pages(found: dict[str, Rendition]) -> list[Picture]:
    pages = [
        Picture(int(name[1]), rendition)
        for key, rendition in sorted(found.items())
        if (name := _PAGE_NAME.fullmatch(key))
    ]
    single = found.get("preview") or found.get("thumb")
    if len(pages) > 1 or single is None:
        return sorted(pages, key=lambda picture: picture.number)
    return [Picture(1, single)]
