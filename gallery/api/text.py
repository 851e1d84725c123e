"""The text of one item, as JSON or as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.access import get_item_for
from gallery.api.text_files import TEXT_FORMS, TextForm
from gallery.models import MediaItem, TextPage
from gallery.views.files import content_disposition

_MAX_PAGE = 2**31 - 1


class TextQuery(serializers.Serializer[Any]):
    """``as`` asks for a file."""

    page = serializers.IntegerField(min_value=1, max_value=_MAX_PAGE, required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # A field's name is an attribute's, which "as" cannot be.
        form = serializers.ChoiceField(choices=list(TEXT_FORMS), required=False)
        return {**super().get_fields(), "as": form}


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

    ``fields`` and ``tables`` are what an engine for forms found; those that run here read lines.
    """

    pages = PageSerializer(many=True)
    fields = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]
    tables = serializers.ListField(child=serializers.DictField())
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
        pages = item.text_pages.order_by("number")
        if number := wanted.validated_data.get("page"):
            pages = pages.filter(number=number)
        if form := wanted.validated_data.get("as"):
            return _download(item, pages, TEXT_FORMS[form])
        return Response(_text(item, list(pages)))


def _text(item: MediaItem, pages: list[TextPage]) -> dict[str, Any]:
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
        "fields": [],
        "tables": [],
        "text": text,
        "analyzed_at": item.text_analyzed_at,
    }


def _download(item: MediaItem, pages: QuerySet[TextPage], form: TextForm) -> HttpResponseBase:
    def parts() -> Iterator[str]:
        yield from form.write(pages.iterator(chunk_size=20))

    response = StreamingHttpResponse(parts(), content_type=f"{form.content_type}; charset=utf-8")
    stem = item.file_name.rpartition(".")[0] or item.file_name
    response["Content-Disposition"] = content_disposition(f"{stem}.{form.ending}", inline=False)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-cache"
    return response
