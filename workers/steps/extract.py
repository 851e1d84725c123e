"""What a page says in keys and values: fields of receipts and forms, and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gallery.models import DocumentType, Kind, MediaItem, Rendition
from gallery.services.extracting import record_fields
from gallery.services.reading import stored_pages
from gallery.sniff import WEBP
from gallery.types import Field, Rulings, Table, TextPage
from workers.analyzers.base import FieldsAnalyzer
from workers.engines import fields_analyzer, media_tools
from workers.reading.fields import extract_fields
from workers.reading.tables import MAX_PAGES, extract_tables
from workers.results import FIELDS, answer
from workers.steps.normalize import normalized
from workers.steps.outcome import Outcome, StepSkipped
from workers.steps.pictures import as_input, pictures_to_read

LAYER = "layer"
# A till's receipt is ruled for looks; its items are no grid.
_RULED = frozenset(
    {DocumentType.FORM, DocumentType.INVOICE, DocumentType.LETTER, DocumentType.PAGE}
)


def extract_item(item: MediaItem) -> Outcome:
    pages = stored_pages(item)
    if item.kind == Kind.VIDEO or not item.document_type or not pages:
        raise StepSkipped("no_document", "There is no page to find fields on.")
    analyzer = fields_analyzer(item.document_type)
    fields, tables = _bought(item, analyzer, pages) if analyzer else ([], [])
    fields += _missing(extract_fields(pages, item.document_type), fields)
    tables += _ruled_tables(item, [page for page in pages if not _has(tables, page)])
    return Outcome(
        lambda: record_fields(item, fields, tables),
        {"fields": len(fields), "tables": len(tables)},
    )


def _bought(
    item: MediaItem, analyzer: FieldsAnalyzer, pages: Sequence[TextPage]
) -> tuple[list[Field], list[Table]]:
    """What the provider finds on the pages that were pictures; a PDF's own text is not sent."""
    fields: list[Field] = []
    tables: list[Table] = []
    wanted = {page.number for page in pages if page.source != LAYER}
    for number, rendition in pictures_to_read(item):
        if number not in wanted:
            continue
        with as_input(rendition, number) as picture:
            raw, _ = answer(item, analyzer, FIELDS, picture)
        fields += [replace(one, page=number) for one in analyzer.fields_from_raw(raw)]
        tables += [replace(one, page=number) for one in analyzer.tables_from_raw(raw)]
    return normalized(_first_of_kind(fields)), tables


def _first_of_kind(fields: Sequence[Field]) -> list[Field]:
    """Of each kind the surest: a bill of many pages has one total."""
    best: dict[str, Field] = {}
    for field in fields:
        if field.kind and field.confidence > best.get(field.kind, _NOTHING).confidence:
            best[field.kind] = field
    return [field for field in fields if not field.kind or best[field.kind] is field]


_NOTHING = Field("", "", -1.0)


def _missing(found: Sequence[Field], bought: Sequence[Field]) -> list[Field]:
    """Of what rules found, what was not bought; pairs only where none were."""
    kinds = {field.kind for field in bought if field.kind}
    return [field for field in found if (field.kind not in kinds if field.kind else not bought)]


def _has(tables: Sequence[Table], page: TextPage) -> bool:
    return any(table.page == page.number for table in tables)


def _ruled_tables(item: MediaItem, pages: Sequence[TextPage]) -> list[Table]:
    if item.document_type not in _RULED:
        return []
    pictures: Mapping[int, Rendition] = dict(pictures_to_read(item))
    rulings = [
        _rulings(pictures[page.number], page.number)
        for page in pages[:MAX_PAGES]
        if page.number in pictures
    ]
    return extract_tables(pages, rulings)


def _rulings(rendition: Rendition, number: int) -> Rulings:
    with as_input(rendition, number) as picture:
        return media_tools().rulings(picture.path, WEBP, number)
