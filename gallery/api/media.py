"""The media list, uploads, one item, and acts on many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from accounts.models import User
from gallery.access import get_item_for
from gallery.api.albums import album_of
from gallery.api.filters import MediaFilter, filtered_media
from gallery.api.listed import items_data
from gallery.api.pagination import ordering_of, page_of
from gallery.api.serializers import (
    ItemChangesSerializer,
    ItemDetailSerializer,
    ItemSerializer,
    UploadedSerializer,
    UploadSerializer,
    item_data,
    uploaded_data,
)
from gallery.models import Album
from gallery.services.albums import add_to_album, remove_from_album
from gallery.services.deletion import delete_items, trash_items
from gallery.services.editing import edit_item, set_flag
from gallery.services.uploads import UploadNotes, create_media_item, restore_items
from gallery.uploadhandler import HashedUpload

MAX_BULK = 5000


class ListQuery(MediaFilter):
    """The filters, beside which the list's own paging stands."""

    others = ("cursor", "page_size")


class NotInTrash(APIException):
    """Only what is in the trash can be deleted for good."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "Only an item in the trash can be deleted for good."
    default_code = "not_in_trash"


class MediaListView(APIView):
    """The user's media."""

    @extend_schema(
        operation_id="media_list",
        parameters=[
            MediaFilter,
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="1 to 200; 50 by default."),
        ],
        responses=inline_serializer(
            "MediaPage",
            {
                "results": ItemSerializer(many=True),
                "next": serializers.URLField(allow_null=True),
                "previous": serializers.URLField(allow_null=True),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        wanted = ListQuery(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        items = filtered_media(signed_in(request), wanted.validated_data)
        page = page_of(request, items, ordering_of(wanted.validated_data["ordering"]))
        return Response(
            {"results": items_data(page.items), "next": page.next, "previous": page.previous}
        )

    @extend_schema(
        operation_id="media_upload",
        request={"multipart/form-data": UploadSerializer},
        responses={201: UploadedSerializer, 200: UploadedSerializer},
    )
    def post(self, request: Request) -> Response:
        sent = UploadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        if any(len(request.FILES.getlist(name)) > 1 for name in ("file", "sidecar")):
            raise ValidationError({"file": ["Send each file in a request of its own."]})
        file: HashedUpload = sent.validated_data["file"]
        result = create_media_item(signed_in(request), file.incoming(), _notes(sent.validated_data))
        return Response(
            uploaded_data(result.item, duplicate=result.duplicate, restored=result.restored),
            status=status.HTTP_200_OK if result.duplicate else status.HTTP_201_CREATED,
        )

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()]


def _notes(sent: dict[str, Any]) -> UploadNotes:
    sidecar: HashedUpload | None = sent.get("sidecar")
    return UploadNotes(
        description=sent["description"],
        taken_at=sent.get("taken_at"),
        sidecar=sidecar.incoming().path if sidecar else None,
    )


class MediaDetailView(APIView):
    """One item."""

    @extend_schema(operation_id="media_get", responses=ItemDetailSerializer)
    def get(self, request: Request, item_id: UUID) -> Response:
        return Response(item_data(get_item_for(signed_in(request), item_id)))

    @extend_schema(
        operation_id="media_change", request=ItemChangesSerializer, responses=ItemDetailSerializer
    )
    def patch(self, request: Request, item_id: UUID) -> Response:
        item = get_item_for(signed_in(request), item_id)
        changes = ItemChangesSerializer(data=request.data)
        changes.is_valid(raise_exception=True)
        return Response(item_data(edit_item(item, changes.validated_data)))

    @extend_schema(
        operation_id="media_delete",
        description="Puts the item into the trash; with `permanent`, deletes it from there.",
        parameters=[OpenApiParameter("permanent", bool)],
        responses={204: None},
    )
    def delete(self, request: Request, item_id: UUID) -> Response:
        user = signed_in(request)
        item = get_item_for(user, item_id)
        if request.query_params.get("permanent", "").lower() not in ("1", "true"):
            trash_items(user, [item.pk])
        elif not delete_items(user, [item.pk]):
            raise NotInTrash
        return Response(status=status.HTTP_204_NO_CONTENT)


class MediaRestoreView(APIView):
    """Out of the trash again."""

    @extend_schema(operation_id="media_restore", request=None, responses=ItemDetailSerializer)
    def post(self, request: Request, item_id: UUID) -> Response:
        user = signed_in(request)
        item = get_item_for(user, item_id)
        restore_items(user, [item.pk])
        item.refresh_from_db()
        return Response(item_data(item))


_ACTIONS: dict[str, Callable[[User, list[UUID]], int]] = {
    "trash": trash_items,
    "restore": restore_items,
    "delete": delete_items,
    "favorite": lambda user, ids: set_flag(user, ids, "favorite", value=True),
    "unfavorite": lambda user, ids: set_flag(user, ids, "favorite", value=False),
    "archive": lambda user, ids: set_flag(user, ids, "archived", value=True),
    "unarchive": lambda user, ids: set_flag(user, ids, "archived", value=False),
}


_ALBUM_ACTIONS: dict[str, Callable[[Album, list[UUID]], int]] = {
    "add_to_album": add_to_album,
    "remove_from_album": remove_from_album,
}


class BulkSerializer(serializers.Serializer[Any]):
    """Items of the user's own; foreign and missing ids are passed over in silence.

    ``album`` is wanted by the two actions that name one.
    """

    ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=MAX_BULK
    )
    action = serializers.ChoiceField(choices=[*_ACTIONS, *_ALBUM_ACTIONS])
    album = serializers.UUIDField(required=False)


class MediaBulkView(APIView):
    """One act on many items."""

    @extend_schema(
        operation_id="media_bulk",
        request=BulkSerializer,
        responses=inline_serializer("BulkResult", {"changed": serializers.IntegerField()}),
    )
    def post(self, request: Request) -> Response:
        wanted = BulkSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        action, ids = (wanted.validated_data[name] for name in ("action", "ids"))
        user = signed_in(request)
        if action in _ALBUM_ACTIONS:
            album = album_of(user, wanted.validated_data.get("album"))
            return Response({"changed": _ALBUM_ACTIONS[action](album, ids)})
        return Response({"changed": _ACTIONS[action](user, ids)})
