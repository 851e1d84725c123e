"""The text of one item, as JSON or as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.access import get_item_for
from gallery.api.findings import (
    FieldSerializer,
    TableSerializer,
    fields_as_csv,
    fields_as_markdown,
    tables_as_csv,
    tables_as_markdown,
)
from gallery.api.text_files import TEXT_FORMS
from gallery.models import DocumentField, DocumentTable, MediaItem, TextPage
from gallery.views.files import content_disposition

_MAX_PAGE = 2**31 - 1


class TextQuery(serializers.Serializer[Any]):
    """``as`` asks for a file, ``of`` for what is to be in it, ``table`` for one table alone."""

    page = serializers.IntegerField(min_value=1, max_value=_MAX_PAGE, required=False)
    of = serializers.ChoiceField(choices=["lines", "fields", "tables"], default="lines")
    table = serializers.IntegerField(min_value=1, max_value=_MAX_PAGE, required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # A field's name is an attribute's, which "as" cannot be.
        form = serializers.ChoiceField(choices=list(TEXT_FORMS), required=False)
        return {**super().get_fields(), "as": form}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("table") and attrs["of"] == "lines":
            attrs["of"] = "tables"
        if attrs.get("as") == "txt" and attrs["of"] != "lines":
            raise serializers.ValidationError({"as": "Fields and tables are given as csv or md."})
        return attrs


class WordSerializer(serializers.Serializer[Any]):
    """``box`` is left, top, width and height: ratios 0-1 of the upright page."""

    text = serializers.CharField()
    confidence = serializers.FloatField()
    box = serializers.ListField(child=serializers.FloatField())


class LineSerializer(WordSerializer):
    words = WordSerializer(many=True)
    handwritten = serializers.BooleanField(required=False)


class PageSerializer(serializers.ModelSerializer[TextPage]):
    """A page; of a video, a frame with the stretch of time that it stands for."""

    lines = LineSerializer(many=True)

    class Meta:
        model = TextPage
        fields = ("number", "source", "rotation", "start_ms", "end_ms", "lines")
        read_only_fields = fields


class ItemTextSerializer(serializers.Serializer[Any]):
    """``text`` is the whole, lines by newline and pages by form feed.

    ``fields`` are those of receipts, invoices and forms.
    """

    pages = PageSerializer(many=True)
    fields = FieldSerializer(many=True)  # type: ignore[assignment]
    tables = TableSerializer(many=True)
    text = serializers.CharField()
    analyzed_at = serializers.DateTimeField(allow_null=True)


class MediaTextView(APIView):
    """What was read on an item."""

    @extend_schema(
        operation_id="media_text",
        parameters=[TextQuery],
        responses={
            (200, "application/json"): ItemTextSerializer,
            (200, "text/*"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, item_id: UUID) -> HttpResponseBase:
        item = get_item_for(signed_in(request), item_id)
        wanted = TextQuery(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        found = Found.on(item, wanted.validated_data)
        if form := wanted.validated_data.get("as"):
            return _download(item, form, found.written(form, wanted.validated_data["of"]))
        return Response(_text(item, found))


@dataclass(frozen=True, slots=True)
class Found:
    """What was read on an item, or on the page of it that is asked for."""

    pages: QuerySet[TextPage]
    fields: QuerySet[DocumentField]
    tables: QuerySet[DocumentTable]

    @classmethod
    def on(cls, item: MediaItem, wanted: dict[str, Any]) -> Found:
        """Raises NotFound for a table that is not there."""
        pages = item.text_pages.order_by("number")
        fields = item.document_fields.order_by("position")
        tables = item.document_tables.order_by("position")
        if page := wanted.get("page"):
            pages = pages.filter(number=page)
            fields, tables = fields.filter(page=page), tables.filter(page=page)
        if table := wanted.get("table"):
            tables = tables.filter(position=table)
            if not tables.exists():
                raise NotFound(f"There is no table {table} here.")
        return cls(pages, fields, tables)

    def written(self, form: str, of: str) -> Iterator[str]:
        if of == "lines":
            return TEXT_FORMS[form].write(self.pages.iterator(chunk_size=20))
        if of == "fields":
            fields = self.fields.iterator(chunk_size=200)
            return fields_as_csv(fields) if form == "csv" else fields_as_markdown(fields)
        tables = self.tables.iterator(chunk_size=20)
        return tables_as_csv(tables) if form == "csv" else tables_as_markdown(tables)


def _text(item: MediaItem, found: Found) -> dict[str, Any]:
    pages = list(found.pages)
    # The stored lines have the shape of LineSerializer already: copying every
    # word of a long document through it would only cost time.
    shown = [
        {
            "number": page.number,
            "source": page.source,
            "rotation": page.rotation,
            "start_ms": page.start_ms,
            "end_ms": page.end_ms,
            "lines": page.lines,
        }
        for page in pages
    ]
    text = "\f".join(page.text for page in pages)
    return {
        "pages": shown,
        "fields": FieldSerializer(found.fields, many=True).data,
        "tables": TableSerializer(found.tables, many=True).data,
        "text": text,
        "analyzed_at": item.text_analyzed_at,
    }


def _download(item: MediaItem, form: str, parts: Iterator[str]) -> HttpResponseBase:
    kind = f"{TEXT_FORMS[form].content_type}; charset=utf-8"
    response = StreamingHttpResponse(parts, content_type=kind)
    stem = item.file_name.rpartition(".")[0] or item.file_name
    response["Content-Disposition"] = content_disposition(f"{stem}.{form}", inline=False)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-cache"
    return response
