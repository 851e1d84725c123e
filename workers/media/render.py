"""Make the pictures that pages show and engines look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gallery.sniff import FileType
from gallery.types import RenderedFile
from workers.media.limits import Limits
from workers.media.pictures import picture_source, shrink

PREVIEW_SIDE = 2048
"""Long side of a preview: fills a large screen, and text on it can still be read."""
PAGE_SIDE = 2048
THUMB_HEIGHT, THUMB_WIDTH = 480, 960
"""A row of the justified grid is 200-240 px high; this serves it on screens of double density."""

_PREVIEW_QUALITY, _THUMB_QUALITY = 82, 75


def render_picture(
    path: Path, file_type: FileType, folder: Path, limits: Limits
) -> list[RenderedFile]:
    """Write ``preview`` and ``thumb`` of a picture into ``folder``; raises MediaError."""
    source = picture_source(path, file_type)
    return write_views(shrink(source, PREVIEW_SIDE, max_pixels=limits.max_pixels), folder)


def render_picture_pages(
    path: Path, file_type: FileType, pages: range, folder: Path, limits: Limits
) -> list[RenderedFile]:
    """Write one picture for each of the ``pages`` of a TIFF, counted from 1; raises MediaError."""
    source = picture_source(path, file_type)
    return [
        write_webp(
            shrink(source, PAGE_SIDE, max_pixels=limits.max_pixels, page=page),
            folder,
            page_name(page),
        )
        for page in pages
    ]


def page_name(page: int) -> str:
    """Name the rendition of a page so that names sort as pages do."""
    return f"page-{page:04d}"


def write_views(picture: Any, folder: Path, name: str = "preview") -> list[RenderedFile]:
    """Write a decoded picture as ``name`` and, smaller, as ``thumb``."""
    return [write_webp(picture, folder, name), write_thumb(picture, folder)]


def write_thumb(picture: Any, folder: Path) -> RenderedFile:
    """Write ``thumb`` from a decoded picture that is at least as large."""
    small = picture.thumbnail_image(THUMB_WIDTH, height=THUMB_HEIGHT, size="down")
    return write_webp(small, folder, "thumb", quality=_THUMB_QUALITY)


def write_webp(
    picture: Any, folder: Path, name: str, quality: int = _PREVIEW_QUALITY
) -> RenderedFile:
    """Write a decoded picture as WebP without any of the original's metadata."""
    path = folder / f"{name}.webp"
    picture.webpsave(str(path), Q=quality, effort=2, keep="none")
    size = path.stat().st_size
    return RenderedFile(name, str(path), "image/webp", picture.width, picture.height, size)
