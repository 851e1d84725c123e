"""Originals and renditions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.access import get_item_for, get_rendition_for
from gallery.models import MediaItem, Rendition
from gallery.views.files import AN_HOUR, FOR_EVER, REVALIDATE, ServedFile, serve

_BYTES: dict[Any, Any] = {(status, "*/*"): OpenApiTypes.BINARY for status in (200, 206)}
_LINK = {
    302: OpenApiResponse(
        description="The file is at this address of the store, for a while, and for whoever has "
        "the address. Do not send your token there."
    )
}


class RangeNotSatisfiable(APIException):
    """``content_range`` tells the client how long the file is."""

    status_code = status.HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE
    default_detail = "The file is shorter than that."
    default_code = "range_not_satisfiable"

    def __init__(self, content_range: str) -> None:
        super().__init__()
        self.content_range = content_range


class FileView(APIView):
    """Bytes of the user's own items. A page of tiles is many requests: these are not throttled."""

    throttle_classes: list[type[BaseThrottle]] = []

    def answer(
        self, request: Request, file: ServedFile, *, download: bool = False
    ) -> HttpResponseBase:
        response = serve(request._request, file, download=download)
        if response.status_code == RangeNotSatisfiable.status_code:
            raise RangeNotSatisfiable(response["Content-Range"])
        return response

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, RangeNotSatisfiable):
            response["Content-Range"] = exc.content_range
        return response


class OriginalView(FileView):
    """The bytes as they were uploaded."""

    @extend_schema(
        operation_id="media_original",
        parameters=[
            OpenApiParameter("download", bool, description="Save instead of show."),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER),
        ],
        responses=_BYTES | _LINK,
    )
    def get(self, request: Request, item_id: UUID) -> HttpResponseBase:
        item = get_item_for(signed_in(request), item_id)
        wants_copy = request.query_params.get("download", "") not in ("", "0", "false")
        return self.answer(request, original_of(item), download=wants_copy)


class RenditionView(FileView):
    """A derived file; with its version in the address it may be kept for ever."""

    @extend_schema(
        operation_id="media_rendition",
        parameters=[OpenApiParameter("v", str, description="The rendition's version.")],
        responses=_BYTES | _LINK,
    )
    def get(self, request: Request, item_id: UUID, name: str) -> HttpResponseBase:
        rendition = get_rendition_for(signed_in(request), item_id, name)
        is_current = request.query_params.get("v") == rendition.version
        return self.answer(request, rendition_file(rendition, keep=is_current))


def original_of(item: MediaItem) -> ServedFile:
    return ServedFile(
        key=item.original_key,
        content_type=item.content_type,
        etag=item.sha256,
        file_name=item.file_name,
        modified_at=item.added_at,
        cache_control=AN_HOUR,
        by_link=True,
    )


def rendition_file(rendition: Rendition, *, keep: bool) -> ServedFile:
    """``keep`` says that the address names this version, so that it can never change."""
    ending = rendition.key.rpartition(".")[2]
    return ServedFile(
        key=rendition.key,
        content_type=rendition.content_type,
        etag=rendition.version,
        file_name=f"{rendition.item.file_name.rpartition('.')[0]}-{rendition.name}.{ending}",
        cache_control=FOR_EVER if keep else REVALIDATE,
        by_link=rendition.name == "play",
    )
