"""Open PDFs and draw their pages; scripts in them never run, for this build has no interpreter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from gallery.types import MediaFacts, RenderedFile
from workers.media.cleaning import clean_caption, clean_keywords, clean_text
from workers.media.dates import parse_pdf_date
from workers.media.errors import MediaError
from workers.media.metadata import Metadata
from workers.media.pictures import from_pillow
from workers.media.render import PAGE_SIDE, page_name, write_views, write_webp

_MAX_SCALE = 8.0
_DETAILS = {"author": "Author", "software": "Creator", "producer": "Producer"}


@contextmanager
def open_pdf(path: Path) -> Iterator[Any]:
    """Open a PDF with its form fields; raises MediaError."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pdfium.FPDF_ERR_PASSWORD
        raise MediaError("needs_password" if locked else "corrupt", detail=str(error)) from error
    with document:
        document.init_forms()
        yield document


def inspect_pdf(path: Path) -> tuple[MediaFacts, Metadata]:
    """Return the page count, the size of the first page as drawn, and metadata."""
    with open_pdf(path) as document:
        count = len(document)
        if count < 1:
            raise MediaError("corrupt", "The PDF has no pages.")
        scale = _scale(*document.get_page_size(0))
        width, height = (math.ceil(side * scale) for side in document.get_page_size(0))
        tags = document.get_metadata_dict(skip_empty=True)
    details = {name: clean_text(tags.get(tag), 200) for name, tag in _DETAILS.items()}
    metadata = Metadata(
        taken=parse_pdf_date(tags.get("CreationDate", "")),
        title=clean_caption(tags.get("Title"), 500),
        description=clean_caption(tags.get("Subject")),
        keywords=clean_keywords(tags.get("Keywords", "").replace(";", ",").split(",")),
        details={name: text for name, text in details.items() if text},
    )
    return MediaFacts(width=width, height=height, page_count=count), metadata


def render_pdf(path: Path, folder: Path) -> list[RenderedFile]:
    """Write ``preview`` and ``thumb`` of the first page; raises MediaError."""
    with open_pdf(path) as document:
        return write_views(draw_page(document, 1), folder)


def render_pdf_pages(path: Path, pages: range, folder: Path) -> list[RenderedFile]:
    """Write a picture of each of the ``pages``, counted from 1; raises MediaError."""
    with open_pdf(path) as document:
        return [write_webp(draw_page(document, page), folder, page_name(page)) for page in pages]


def draw_page(document: Any, number: int) -> Any:
    """Draw a page as people see it, with filled-in fields, its long side ``PAGE_SIDE`` pixels."""
    try:
        page = document[number - 1]
        bitmap = page.render(scale=_scale(*page.get_size()), may_draw_forms=True)
        return from_pillow(bitmap.to_pil().convert("RGB"), PAGE_SIDE)
    except (pypdfium2.PdfiumError, IndexError) as error:
        message = f"Page {number} of the PDF cannot be drawn."
        raise MediaError("corrupt", message, detail=str(error)) from error


def _scale(width: float, height: float) -> float:
    """Return pixels a point; raises MediaError for a page without a size."""
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise MediaError("corrupt", "A page of the PDF has no size.")
    # One pixel less: the library rounds up, and nothing is to be shrunk after drawing.
    return min((PAGE_SIDE - 1) / max(width, height), _MAX_SCALE)
