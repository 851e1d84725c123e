"""Pictures to look at: thumb, preview, poster, page images, frames of a video."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings

from gallery import storage
from gallery.models import Kind, MediaItem
from gallery.services.facts import is_page_like, record_renditions, store_renditions
from gallery.types import RenderedFile
from workers.engines import file_type_of, media_tools
from workers.steps.outcome import Outcome
from workers.steps.transcode import PLAY

_PAGES_AT_ONCE = 20


def render_item(item: MediaItem) -> Outcome:
    with (
        storage.local_copy(item.original_key) as original,
        tempfile.TemporaryDirectory(dir=settings.PIXTRACT_WORK_DIR) as folder,
    ):
        files = _render(item, original, Path(folder))
        renditions = store_renditions(item, files)
    replaced = item.renditions.exclude(name=PLAY)
    return Outcome(lambda: record_renditions(renditions, replaced=replaced), {"files": len(files)})


def _render(item: MediaItem, original: Path, folder: Path) -> list[RenderedFile]:
    files = media_tools().render(original, file_type_of(item), folder)
    if item.kind == Kind.VIDEO:
        files += media_tools().sample_frames(
            original, file_type_of(item), folder, settings.PIXTRACT_MAX_VIDEO_FRAMES
        )
    if is_page_like(item):
        files += _render_pages(item, original, folder)
    return files


def _render_pages(item: MediaItem, original: Path, folder: Path) -> list[RenderedFile]:
    last = min(item.page_count or 1, settings.PIXTRACT_MAX_PAGES)
    files: list[RenderedFile] = []
    for first in range(1, last + 1, _PAGES_AT_ONCE):
        files += media_tools().render_pages(
            original, file_type_of(item), first, min(first + _PAGES_AT_ONCE - 1, last), folder
        )
    return files
