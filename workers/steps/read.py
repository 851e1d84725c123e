"""What can be read: a PDF's own text, and the engine's reading of everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings

from gallery import storage
from gallery.models import Kind, MediaItem
from gallery.services.reading import record_text
from gallery.types import TextPage
from workers.analyzers.base import TextAnalyzer
from workers.engines import file_type_of, media_tools, text_analyzer
from workers.results import TEXT, answer
from workers.steps.outcome import Outcome, StepSkipped
from workers.steps.pictures import as_input, pictures_to_read

_PAGES_AT_ONCE = 50


def read_item(item: MediaItem) -> Outcome:
    layer = _text_layer(item) if item.kind == Kind.DOCUMENT else []
    analyzer = text_analyzer()
    if analyzer is None and not layer:
        raise StepSkipped("engine_off", "Text detection is switched off.")
    pages = list(layer)
    if analyzer is not None:
        pages += _read_pictures(item, analyzer, done={page.number for page in layer})
    pages.sort(key=lambda page: page.number)
    if item.kind == Kind.VIDEO:
        pages = join_repeats(pages)
    return Outcome(
        lambda: record_text(item, pages),
        {"pages": len(pages), "lines": sum(len(page.lines) for page in pages)},
    )


def _text_layer(item: MediaItem) -> list[TextPage]:
    last = min(item.page_count or 1, settings.PIXTRACT_MAX_PAGES)
    pages: list[TextPage] = []
    with storage.local_copy(item.original_key) as original:
        for first in range(1, last + 1, _PAGES_AT_ONCE):
            pages += media_tools().text_layer(
                original, file_type_of(item), first, min(first + _PAGES_AT_ONCE - 1, last)
            )
    return [page for page in pages if page.lines]


def _read_pictures(item: MediaItem, analyzer: TextAnalyzer, done: set[int]) -> list[TextPage]:
    pages: list[TextPage] = []
    for number, rendition in pictures_to_read(item):
        if number in done:
            continue
        with as_input(rendition, number) as picture:
            raw, _ = answer(item, analyzer, TEXT, picture)
        pages += [
            replace(page, number=number, start_ms=rendition.start_ms, end_ms=rendition.end_ms)
            for page in analyzer.pages_from_raw(raw)
        ]
    return pages


def join_repeats(pages: Sequence[TextPage]) -> list[TextPage]:
    """Join neighboring frames that say the same, so that a still title is found once."""
    joined: list[TextPage] = []
    for page in pages:
        if joined and page.lines and joined[-1].text == page.text:
            joined[-1] = replace(joined[-1], end_ms=page.end_ms)
        else:
            joined.append(page)
    return joined
