"""Albums for programs: make, change, fill, put in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.authentication import signed_in
from accounts.models import User
from gallery.access import get_album_for
from gallery.addresses import rendition_address
from gallery.api.catalog import (
    CATALOG_PARAMETERS,
    CatalogPagination,
    catalog_page,
    paging_parameters,
)
from gallery.api.listed import items_data
from gallery.api.pagination import page_size_of
from gallery.api.serializers import ItemSerializer
from gallery.api.strictness import refuse_others, refuse_parameters
from gallery.models import Album, AlbumOrder
from gallery.names import MAX_NAME
from gallery.queries import album_fronts, albums_of, counted_albums, thumbs_of
from gallery.services.album_order import move_before
from gallery.services.albums import (
    MAX_DESCRIPTION,
    add_to_album,
    change_album,
    create_album,
    delete_album,
    remove_from_album,
)
from gallery.views.paging import album_slice

MAX_IDS = 5000


class AlbumSerializer(serializers.ModelSerializer[Album]):
    """An album. The context's ``thumbs`` are by album; ``item_count`` leaves out the trash."""

    cover = serializers.UUIDField(source="cover_id", allow_null=True)
    item_count = serializers.IntegerField()
    thumb_url = serializers.SerializerMethodField()
    items_url = serializers.SerializerMethodField()

    class Meta:
        model = Album
        fields = (
            "id",
            "name",
            "description",
            "ordering",
            "cover",
            "item_count",
            "thumb_url",
            "items_url",
            "created_at",
        )
        read_only_fields = fields

    def get_thumb_url(self, album: Album) -> str | None:
        """The picture on its front: of the cover, or else of its first item."""
        thumb = self.context["thumbs"].get(album.pk)
        return rendition_address(thumb) if thumb else None

    def get_items_url(self, album: Album) -> str:
        return reverse("api:album-items", args=[album.pk])


class NewAlbumSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=MAX_NAME)
    description = serializers.CharField(
        max_length=MAX_DESCRIPTION, allow_blank=True, required=False, default=""
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self)
        return attrs


class AlbumChangesSerializer(serializers.Serializer[Any]):
    """What may be changed; ``cover`` is the id of an item in the album, or null for none."""

    name = serializers.CharField(max_length=MAX_NAME, required=False)
    description = serializers.CharField(
        max_length=MAX_DESCRIPTION, allow_blank=True, required=False
    )
    ordering = serializers.ChoiceField(choices=AlbumOrder.choices, required=False)
    cover = serializers.UUIDField(allow_null=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self)
        return attrs


class AlbumIdsSerializer(serializers.Serializer[Any]):
    """Items of the user's own; foreign and missing ids are passed over in silence."""

    ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=MAX_IDS
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self)
        return attrs


class AlbumMoveSerializer(AlbumIdsSerializer):
    """``ids`` in their new order; they go in front of ``before``, or to the end without one."""

    before = serializers.UUIDField(allow_null=True, required=False, default=None)


_CHANGED = inline_serializer("AlbumItemsChanged", {"changed": serializers.IntegerField()})


class AlbumsView(APIView):
    """The user's albums, by name."""

    @extend_schema(
        operation_id="albums",
        parameters=paging_parameters,
        responses=catalog_page("Albums", AlbumSerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        refuse_parameters(request, CATALOG_PARAMETERS)
        paging = CatalogPagination()
        found = paging.paginate_queryset(albums_of(signed_in(request)), request, self)
        return paging.get_paginated_response(_albums_data(found or []))

    @extend_schema(
        operation_id="album_create",
        request=NewAlbumSerializer,
        responses={201: AlbumSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make an empty album; a name that is taken gives 409."""
        sent = NewAlbumSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = create_album(signed_in(request), **sent.validated_data)
        return Response(_album_data(made), status=status.HTTP_201_CREATED)


class AlbumView(APIView):
    """One album of the user's own."""

    @extend_schema(operation_id="album", responses=AlbumSerializer)
    def get(self, request: Request, album_id: UUID) -> Response:
        return Response(_album_data(get_album_for(signed_in(request), album_id)))

    @extend_schema(
        operation_id="album_change", request=AlbumChangesSerializer, responses=AlbumSerializer
    )
    def patch(self, request: Request, album_id: UUID) -> Response:
        album = get_album_for(signed_in(request), album_id)
        sent = AlbumChangesSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(_album_data(change_album(album, sent.validated_data)))

    @extend_schema(
        operation_id="album_delete",
        description="Deletes the album; its items stay.",
        responses={204: None},
    )
    def delete(self, request: Request, album_id: UUID) -> Response:
        delete_album(get_album_for(signed_in(request), album_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AlbumItemsView(APIView):
    """What is in an album."""

    @extend_schema(
        operation_id="album_items",
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="1 to 200; 50 by default."),
        ],
        responses=inline_serializer(
            "AlbumItemsPage",
            {
                "results": ItemSerializer(many=True),
                "next": serializers.URLField(allow_null=True),
            },
        ),
    )
    def get(self, request: Request, album_id: UUID) -> Response:
        """Its items in its order, without the trash."""
        album = get_album_for(signed_in(request), album_id)
        cursor = request.query_params.get("cursor", "")
        page = album_slice(album, cursor, page_size_of(request))
        address = request.build_absolute_uri()
        following = replace_query_param(address, "cursor", page.next_cursor)
        return Response(
            {"results": items_data(page.items), "next": following if page.next_cursor else None}
        )

    @extend_schema(operation_id="album_add", request=AlbumIdsSerializer, responses=_CHANGED)
    def post(self, request: Request, album_id: UUID) -> Response:
        """Put items at the end; says how many were not in the album yet."""
        album, ids = _asked(request, album_id)
        return Response({"changed": add_to_album(album, ids)})


class AlbumRemoveView(APIView):
    """Out of the album, and nothing else."""

    @extend_schema(operation_id="album_remove", request=AlbumIdsSerializer, responses=_CHANGED)
    def post(self, request: Request, album_id: UUID) -> Response:
        album, ids = _asked(request, album_id)
        return Response({"changed": remove_from_album(album, ids)})


class AlbumOrderView(APIView):
    """The album's own order."""

    @extend_schema(operation_id="album_move", request=AlbumMoveSerializer, responses=_CHANGED)
    def post(self, request: Request, album_id: UUID) -> Response:
        """Move items; the album's `ordering` is `manual` from then on."""
        album = get_album_for(signed_in(request), album_id)
        sent = AlbumMoveSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data
        return Response({"changed": move_before(album, wanted["ids"], wanted["before"])})


def album_of(user: User, album_id: UUID | None) -> Album:
    """Return the user's album that a request names in its body; raises ValidationError."""
    if album_id is None:
        raise serializers.ValidationError({"album": ["Say which album."]})
    return get_album_for(user, album_id)


def _asked(request: Request, album_id: UUID) -> tuple[Album, list[UUID]]:
    album = get_album_for(signed_in(request), album_id)
    sent = AlbumIdsSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return album, sent.validated_data["ids"]


def _albums_data(albums: Sequence[Album]) -> Any:
    counted = counted_albums(albums)
    fronts = album_fronts(counted, 1)
    thumbs = thumbs_of(item_id for items in fronts.values() for item_id in items)
    shown = {pk: thumbs[items[0]] for pk, items in fronts.items() if items[0] in thumbs}
    return AlbumSerializer(counted, many=True, context={"thumbs": shown}).data


def _album_data(album: Album) -> dict[str, Any]:
    return dict(_albums_data([album])[0])
