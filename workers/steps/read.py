"""What can be read: a PDF's own text, and the engine's reading of everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db.models import QuerySet

from gallery import storage
from gallery.models import DocumentType, Kind, LabelState, MediaItem, MediaLabel
from gallery.services.reading import record_text
from gallery.types import TextPage
from workers.analyzers.base import AnalyzerInput, TextAnalyzer
from workers.engines import fields_analyzer, file_type_of, media_tools, text_analyzer
from workers.gates import wants_text
from workers.results import FIELDS, TEXT, answer
from workers.steps.outcome import Outcome, StepSkipped
from workers.steps.pictures import as_input, pictures_to_read
from workers.steps.read_whole import WholeText, text_of_whole_file

_PAGES_AT_ONCE = 50
TELLING = {
    "Receipt": DocumentType.RECEIPT,
    "Invoice": DocumentType.INVOICE,
}
_TELLING_CONFIDENCE = 80.0


def read_item(item: MediaItem) -> Outcome:
    layer = _text_layer(item) if item.kind == Kind.DOCUMENT else []
    analyzer = text_analyzer()
    if analyzer is None and not layer:
        raise StepSkipped("engine_off", "Text detection is switched off.")
    if analyzer is not None and analyzer.provider and not wants_text(item):
        raise StepSkipped("no_text_expected", "Nothing on it promises text worth paying for.")
    read = _read_rest(item, analyzer, {page.number for page in layer}) if analyzer else WholeText()
    pages = [*layer, *read.pages]
    pages.sort(key=lambda page: page.number)
    if item.kind == Kind.VIDEO:
        pages = join_repeats(pages)
    return Outcome(
        lambda: record_text(item, pages),
        {"pages": len(pages), "lines": sum(len(page.lines) for page in pages)},
        read.shortfall,
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


def _read_rest(item: MediaItem, analyzer: TextAnalyzer, done: set[int]) -> WholeText:
    whole = text_of_whole_file(item, done) if analyzer.provider else None
    return whole or WholeText(tuple(_read_pictures(item, analyzer, done)))


def _read_pictures(item: MediaItem, analyzer: TextAnalyzer, done: set[int]) -> list[TextPage]:
    pages: list[TextPage] = []
    dearer = None if item.kind == Kind.VIDEO else fields_analyzer(_likely_type(item))
    for number, rendition in pictures_to_read(item):
        if number in done:
            continue
        with as_input(rendition, number) as picture:
            read = _read(item, dearer, FIELDS, picture) if dearer else []
            if not any(page.lines for page in read):
                read = _read(item, analyzer, TEXT, picture)
        pages += [
            replace(page, number=number, start_ms=rendition.start_ms, end_ms=rendition.end_ms)
            for page in read
        ]
    return pages


def _read(
    item: MediaItem, analyzer: TextAnalyzer, operation: str, picture: AnalyzerInput
) -> Sequence[TextPage]:
    raw, _ = answer(item, analyzer, operation, picture)
    return analyzer.pages_from_raw(raw)


def _likely_type(item: MediaItem) -> str:
    """What the page will turn out to be, as far as labels tell before it is read.

    Answers about fields hold the text, too: where those will be bought, text alone is not.
    """
    if item.document_type:
        return item.document_type
    name = telling(item.labels.all()).values_list("label__name", flat=True).first()
    return TELLING[name] if name else ""


def telling(labels: QuerySet[MediaLabel]) -> QuerySet[MediaLabel]:
    """Those that tell what a page will turn out to be, the surest first."""
    seen = labels.filter(label__name__in=TELLING, confidence__gte=_TELLING_CONFIDENCE)
    return seen.exclude(state=LabelState.REJECTED)


def join_repeats(pages: Sequence[TextPage]) -> list[TextPage]:
    """Join neighboring frames that say the same, so that a still title is found once."""
    joined: list[TextPage] = []
    for page in pages:
        if joined and page.lines and joined[-1].text == page.text:
            joined[-1] = replace(joined[-1], end_ms=page.end_ms)
        else:
            joined.append(page)
    return joined
