"""Which of an item's renditions the engines look at, and the name of how they were made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gallery import storage
from gallery.models import Kind, MediaItem, Rendition
from workers.analyzers.base import AnalyzerInput

# Part of the key under which answers are kept: change it when renditions are made otherwise.
SPECIFICATION = "webp-upright-1"


def pictures_to_label(item: MediaItem) -> list[Rendition]:
    """The preview, or the sampled frames of a video in order of time."""
    if item.kind == Kind.VIDEO:
        return frames_of(item)
    return list(item.renditions.filter(name="preview"))


def frames_of(item: MediaItem) -> list[Rendition]:
    return list(item.renditions.filter(name__startswith="frame-").order_by("start_ms"))


def pages_of(item: MediaItem) -> dict[int, Rendition]:
    """Page images by page number."""
    found = item.renditions.filter(name__startswith="page-")
    return {int(rendition.name.removeprefix("page-")): rendition for rendition in found}


@contextmanager
def as_input(rendition: Rendition, page: int = 1) -> Iterator[AnalyzerInput]:
    """Give the rendition as a local file, the way engines take it."""
    with storage.local_copy(rendition.key) as path:
        yield AnalyzerInput(
            path=path,
            content_type=rendition.content_type,
            page=page,
            start_ms=rendition.start_ms,
            end_ms=rendition.end_ms,
        )
