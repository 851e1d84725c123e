"""All results as one stream: JSON, JSON a line, or a table; an item at a time in memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from gallery.api.findings import TableSerializer
from gallery.api.label_shapes import MediaLabelSerializer
from gallery.api.serializers import ItemSerializer
from gallery.models import Album, DocumentTable, MediaItem, MediaLabel, TextPage

_BATCH = 100
_PAGES_AT_ONCE = 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLUMNS = (
    "id",
    "file_name",
    "kind",
    "document_type",
    "taken_at",
    "added_at",
    "size_bytes",
    "sha256",
    "width",
    "height",
    "duration_ms",
    "page_count",
    "description",
    "favorite",
    "archived",
    "camera",
    "place",
    "latitude",
    "longitude",
    "albums",
    "labels",
    "fields",
    "text",
)


@dataclass(frozen=True, slots=True)
class ExportForm:
    """How results are written to a file."""

    ending: str
    content_type: str
    write: Callable[[Iterable[dict[str, Any]]], Iterator[str]]


def exported(items: QuerySet[MediaItem], labels: QuerySet[MediaLabel]) -> Iterator[dict[str, Any]]:
    """Each item with its ``labels``, fields, tables and text, in the order of the ids.

    Read in short queries, so that a slow client holds no transaction open. What is added
    meanwhile may or may not be there.
    """
    items = items.annotate(
        was_read=Exists(TextPage.objects.filter(item=OuterRef("pk"))),
        has_tables=Exists(DocumentTable.objects.filter(item=OuterRef("pk"))),
    )
    last: UUID | None = None
    while True:
        rest = items.filter(pk__gt=last) if last else items
        seen = Prefetch("labels", labels, to_attr="labels_shown")
        filed = Prefetch("albums", Album.objects.only("name").order_by("name"))
        beside = (seen, filed, "document_fields", "jobs")
        batch = list(rest.order_by("pk").prefetch_related(*beside)[:_BATCH])
        for item in batch:
            yield _record(item)
        if len(batch) < _BATCH:
            return
        last = batch[-1].pk


def _record(item: MediaItem) -> dict[str, Any]:
    data = dict(ItemSerializer(item, context={"thumbs": {}}).data)
    del data["thumb_url"]
    return {
        **data,
        "albums": [album.name for album in item.albums.all()],
        "labels": MediaLabelSerializer(getattr(item, "labels_shown", []), many=True).data,
        "model_version": item.labels_model,
        "fields": [
            {
                "kind": field.kind,
                "key": field.key,
                "value": field.value,
                "normalized": field.normalized,
                "page": field.page,
                "confidence": field.confidence,
            }
            for field in item.document_fields.all()
        ],
        "tables": _tables(item) if getattr(item, "has_tables", True) else [],
        "text": _text(item) if getattr(item, "was_read", True) else "",
        "steps": {job.step: job.state for job in item.jobs.all()},
    }


def _tables(item: MediaItem) -> Any:
    return TableSerializer(item.document_tables.order_by("position"), many=True).data


def _text(item: MediaItem) -> str:
    pages = item.text_pages.order_by("number").iterator(chunk_size=_PAGES_AT_ONCE)
    return "\f".join(page.text for page in pages)


def _json(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield '{"results":['
    for index, record in enumerate(records):
        yield (",\n" if index else "\n") + _dumped(record)
    yield "\n]}\n"


def _json_lines(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    for record in records:
        yield _dumped(record) + "\n"


def _dumped(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=str)


def _table(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    # Without the mark, spreadsheets take UTF-8 for something else.
    yield "\ufeff" + _row(_COLUMNS)
    for record in records:
        yield _row(_harmless(cell) for cell in _cells(record))


def _cells(record: dict[str, Any]) -> Iterator[Any]:
    position = record["coordinates"] or {"latitude": "", "longitude": ""}
    made = {
        "camera": " ".join(filter(None, (record["camera"]["make"], record["camera"]["model"]))),
        "place": record["place"]["name"],
        **position,
        "albums": "; ".join(record["albums"]),
        "labels": "; ".join(
            f"{each['name']} {each['confidence']:.1f}" for each in record["labels"]
        ),
        "fields": "; ".join(
            f"{each['kind'] or each['key']}: {each['value']}" for each in record["fields"]
        ),
    }
    for column in _COLUMNS:
        value = made.get(column, record.get(column))
        yield "" if value is None else value


def _row(cells: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _harmless(cell: Any) -> Any:
    """Spreadsheets run text that starts like a formula; an apostrophe makes it text again."""
    is_formula = isinstance(cell, str) and cell.startswith(_FORMULA)
    return f"'{cell}" if is_formula else cell


EXPORT_FORMS = {
    "json": ExportForm("json", "application/json", _json),
    "jsonl": ExportForm("jsonl", "application/x-ndjson", _json_lines),
    "csv": ExportForm("csv", "text/csv", _table),
}
