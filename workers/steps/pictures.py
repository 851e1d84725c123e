"""Which of an item's renditions the engines look at, and the name of how they were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings

from gallery import storage
from gallery.models import Kind, MediaItem, Rendition
from gallery.services.facts import is_page_like
from workers.analyzers.base import AnalyzerInput

# Part of the key under which answers are kept: change it when renditions are made otherwise.
SPECIFICATION = "webp-upright-1"


def pictures_to_label(item: MediaItem) -> list[Rendition]:
    """The preview, or the sampled frames of a video in order of time."""
    if item.kind == Kind.VIDEO:
        return frames_of(item)
    return _named(item, "preview")


def frames_of(item: MediaItem) -> list[Rendition]:
    return sorted(_named(item, "frame-"), key=lambda frame: frame.start_ms or 0)


def pages_of(item: MediaItem) -> dict[int, Rendition]:
    """Page images by page number."""
    found = _named(item, "page-")
    return {int(rendition.name.removeprefix("page-")): rendition for rendition in found}


def _named(item: MediaItem, start: str) -> list[Rendition]:
    # Chosen here and not by the database: renditions that were fetched before are asked no more.
    return [rendition for rendition in item.renditions.all() if rendition.name.startswith(start)]


def pictures_to_read(item: MediaItem) -> Iterable[tuple[int, Rendition]]:
    """Each picture with the number of the page, or of the frame, that it is."""
    if item.kind == Kind.VIDEO:
        return enumerate(spread(frames_of(item), settings.PIXTRACT_MAX_VIDEO_TEXT_FRAMES), 1)
    if is_page_like(item):
        return sorted(pages_of(item).items())
    return enumerate(_named(item, "preview"), 1)


def spread(frames: Sequence[Rendition], most: int) -> list[Rendition]:
    """At most ``most`` of the frames, evenly over the whole length."""
    if len(frames) <= most:
        return list(frames)
    return [frames[int((i + 0.5) * len(frames) / most)] for i in range(most)]


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
