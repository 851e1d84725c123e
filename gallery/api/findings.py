"""Fields and tables in the API: their shapes, and how they are written to files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework import serializers

from gallery.api.text_files import escaped, harmless
from gallery.models import DocumentField, DocumentTable

_COLUMNS = ("page", "kind", "key", "value", "normalized", "confidence")


class BoxField(serializers.ListField):
    """Left, top, width and height: ratios 0-1 of the upright page."""

    child = serializers.FloatField()


class FieldSerializer(serializers.ModelSerializer[DocumentField]):
    """A key and its value. ``kind`` names what everybody knows: vendor, date, total, currency,
    tax, subtotal, invoice_number or due_date; ``normalized`` is an ISO date, an amount or a
    currency's code."""

    key_box = BoxField(allow_null=True)
    value_box = BoxField(allow_null=True)

    class Meta:
        model = DocumentField
        fields = (
            "kind",
            "key",
            "value",
            "normalized",
            "confidence",
            "page",
            "key_box",
            "value_box",
            "source",
        )
        read_only_fields = fields


class CellSerializer(serializers.Serializer[Any]):
    """Rows and columns count from 1."""

    row = serializers.IntegerField()
    column = serializers.IntegerField()
    text = serializers.CharField(allow_blank=True)
    confidence = serializers.FloatField()
    box = BoxField()
    row_span = serializers.IntegerField()
    column_span = serializers.IntegerField()
    header = serializers.BooleanField()


class TableSerializer(serializers.ModelSerializer[DocumentTable]):
    """A table; ``number`` is the one to download it by."""

    number = serializers.IntegerField(source="position")
    rows = serializers.IntegerField(source="row_count")
    columns = serializers.IntegerField(source="column_count")
    box = BoxField()
    cells = CellSerializer(many=True)

    class Meta:
        model = DocumentTable
        fields = (
            "number",
            "page",
            "title",
            "confidence",
            "box",
            "rows",
            "columns",
            "cells",
            "source",
        )
        read_only_fields = fields


def tables_as_csv(tables: Iterable[DocumentTable]) -> Iterator[str]:
    """Each table's rows; an empty line between two tables."""
    for index, table in enumerate(tables):
        if index:
            yield "\r\n"
        for row in table.rows():
            yield _row(harmless(cell["text"]) if cell else "" for cell in row)


def fields_as_csv(fields: Iterable[DocumentField]) -> Iterator[str]:
    yield _row(_COLUMNS)
    for field in fields:
        texts = (field.kind, field.key, field.value, _amount(field))
        yield _row([field.page, *map(harmless, texts[:3]), texts[3], field.confidence])


def _amount(field: DocumentField) -> str:
    """A negative amount is a number of our own making, and no formula."""
    is_number = field.normalized.removeprefix("-").replace(".", "", 1).isdigit()
    return field.normalized if is_number else harmless(field.normalized)


def tables_as_markdown(tables: Iterable[DocumentTable]) -> Iterator[str]:
    for table in tables:
        title = f": {escaped(table.title)}" if table.title else ""
        yield f"## Table {table.position}{title}\n\n"
        for index, row in enumerate(table.rows()):
            yield _bars(escaped(cell["text"]) if cell else "" for cell in row)
            if not index:
                yield _bars("---" for _ in row)
        yield "\n"


def fields_as_markdown(fields: Iterable[DocumentField]) -> Iterator[str]:
    yield _bars(("Field", "Value")) + _bars(("---", "---"))
    for field in fields:
        yield _bars((escaped(field.key or field.kind), escaped(field.value)))


def _bars(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _row(cells: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
