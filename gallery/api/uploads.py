"""Resumable uploads: announce, sign each request, send to the store, finish."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    inline_serializer,
)
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.access import get_upload_for
from gallery.api.serializers import MomentField
from gallery.models import Upload, UploadState
from gallery.parts.types import MAX_PARTS, Wish
from gallery.queries import uploads_of
from gallery.services import upload_sessions as sessions
from gallery.services.uploads import MAX_SIDECAR_BYTES

_HASH = r"\A[0-9a-fA-F]{64}\Z"
_MD5 = r"\A[A-Za-z0-9+/]{22}==\Z"
_HEAD_BYTES = 16_384
MAX_CHECKED = 1000
MAX_LISTED = 200


@extend_schema_field(OpenApiTypes.STR)
class Base64Field(serializers.Field[bytes, str, str, Any]):
    """Bytes, in base64."""

    def __init__(self, *, max_bytes: int, **options: Any) -> None:
        self.max_bytes = max_bytes
        super().__init__(default=b"", **options)

    def to_internal_value(self, data: Any) -> bytes:
        try:
            decoded = base64.b64decode(str(data), validate=True)
        except ValueError as error:
            raise serializers.ValidationError("This is not base64.") from error
        if len(decoded) > self.max_bytes:
            raise serializers.ValidationError(f"More than {self.max_bytes} bytes.")
        return decoded


class HashesSerializer(serializers.Serializer[Any]):
    sha256 = serializers.ListField(
        child=serializers.RegexField(_HASH), allow_empty=False, max_length=MAX_CHECKED
    )


class AnnouncementSerializer(serializers.Serializer[Any]):
    """A file that is about to be sent. With ``head``, a wrong type is refused at once."""

    file_name = serializers.CharField(max_length=1000)
    size = serializers.IntegerField(min_value=0, max_value=2**63 - 1)
    sha256 = serializers.RegexField(_HASH, help_text="Of the whole file, hexadecimal.")
    head = Base64Field(max_bytes=_HEAD_BYTES, help_text="Its first bytes, base64.")
    description = serializers.CharField(
        max_length=10_000, allow_blank=True, required=False, default=""
    )
    taken_at = MomentField(required=False)
    sidecar = Base64Field(max_bytes=MAX_SIDECAR_BYTES, help_text="The photo's XMP sidecar, base64.")


class WishSerializer(serializers.Serializer[Any]):
    """PUT sends a part, GET lists the parts, POST completes, DELETE gives up."""

    method = serializers.ChoiceField(choices=["PUT", "GET", "POST", "DELETE"])
    part_number = serializers.IntegerField(
        min_value=0,
        max_value=MAX_PARTS,
        required=False,
        default=0,
        help_text="From 1; 0 for a file that is sent in one piece.",
    )
    md5 = serializers.RegexField(
        _MD5, required=False, default="", help_text="Of the part, base64. Needed for PUT."
    )

    def validate(self, attrs: Any) -> Any:
        if attrs["method"] == "PUT" and not attrs["md5"]:
            raise ValidationError({"md5": ["A part needs its MD5."]})
        return attrs


class UploadStateSerializer(serializers.ModelSerializer[Upload]):
    """An upload and how far it is."""

    size = serializers.IntegerField(source="size_bytes")
    upload_id = serializers.CharField(source="multipart_id", help_text="The store's own name.")
    item = serializers.UUIDField(source="item_id", allow_null=True)
    error = serializers.SerializerMethodField()

    class Meta:
        model = Upload
        fields: tuple[str, ...] = (
            "id",
            "state",
            "file_name",
            "size",
            "sha256",
            "key",
            "part_bytes",
            "upload_id",
            "item",
            "duplicate",
            "error",
            "created_at",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_error(self, upload: Upload) -> dict[str, str] | None:
        if not upload.error_code:
            return None
        return {"code": upload.error_code, "message": upload.error_message}


class UploadDetailSerializer(UploadStateSerializer):
    """``restored`` is told once, by the announcement that took the item out of the trash."""

    sent_bytes = serializers.SerializerMethodField()
    restored = serializers.BooleanField(read_only=True)

    class Meta(UploadStateSerializer.Meta):
        fields = (*UploadStateSerializer.Meta.fields, "sent_bytes", "restored")
        read_only_fields = fields

    def get_sent_bytes(self, upload: Upload) -> int:
        return int(self.context["sent_bytes"])


def _detail(upload: Upload, sent: int) -> Any:
    return UploadDetailSerializer(upload, context={"sent_bytes": sent}).data


class UploadsCheckView(APIView):
    """Which files need not be sent."""

    @extend_schema(
        operation_id="uploads_check",
        request=HashesSerializer,
        responses=inline_serializer(
            "KnownFiles",
            {
                "known": inline_serializer(
                    "KnownFile",
                    {
                        "sha256": serializers.CharField(),
                        "item": serializers.UUIDField(),
                        "trashed": serializers.BooleanField(),
                    },
                    many=True,
                )
            },
        ),
    )
    def post(self, request: Request) -> Response:
        asked = HashesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        hashes = [each.lower() for each in asked.validated_data["sha256"]]
        known = [
            {"sha256": item.sha256, "item": item.pk, "trashed": item.trashed_at is not None}
            for item in sessions.known_items(signed_in(request), hashes)
        ]
        return Response({"known": known})


class UploadsView(APIView):
    """The user's uploads."""

    @extend_schema(
        operation_id="uploads_list",
        parameters=[
            OpenApiParameter(
                "ids", str, description=f"Up to {MAX_LISTED}, by commas; else all unfinished ones."
            )
        ],
        responses=inline_serializer("UploadList", {"results": UploadStateSerializer(many=True)}),
    )
    def get(self, request: Request) -> Response:
        uploads = uploads_of(signed_in(request))
        if "ids" in request.query_params:
            uploads = uploads.filter(pk__in=_ids(request.query_params["ids"]))
        else:
            uploads = uploads.filter(state__in=[UploadState.UPLOADING, UploadState.VERIFYING])
        return Response({"results": UploadStateSerializer(uploads[:MAX_LISTED], many=True).data})

    @extend_schema(
        operation_id="uploads_begin",
        description="A file that is announced again goes on where it was. One whose bytes are"
        " here already is `done` at once, and out of the trash: `restored` says so.",
        request=AnnouncementSerializer,
        responses={201: UploadDetailSerializer, 200: UploadDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        sent = AnnouncementSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        opened = sessions.open_upload(signed_in(request), _announcement(sent.validated_data))
        return Response(
            _detail(opened.upload, opened.sent_bytes),
            status=status.HTTP_201_CREATED if opened.created else status.HTTP_200_OK,
        )


def _ids(text: str) -> list[UUID]:
    try:
        return [UUID(each) for each in text.split(",", MAX_LISTED)[:MAX_LISTED] if each]
    except ValueError as error:
        raise ValidationError({"ids": ["These are no ids."]}) from error


def _announcement(sent: dict[str, Any]) -> sessions.Announcement:
    return sessions.Announcement(
        file_name=sent["file_name"],
        size_bytes=sent["size"],
        sha256=sent["sha256"].lower(),
        head=sent["head"],
        caption=sent["description"],
        taken_at=sent["taken_at"].isoformat() if "taken_at" in sent else "",
        sidecar=sent["sidecar"],
    )


class UploadView(APIView):
    """One upload."""

    @extend_schema(operation_id="uploads_get", responses=UploadDetailSerializer)
    def get(self, request: Request, upload_id: UUID) -> Response:
        upload = get_upload_for(signed_in(request), upload_id)
        return Response(_detail(upload, sessions.sent_bytes(upload)))

    @extend_schema(operation_id="uploads_cancel", responses={204: None})
    def delete(self, request: Request, upload_id: UUID) -> Response:
        sessions.cancel(get_upload_for(signed_in(request), upload_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class UploadSignView(APIView):
    """Where to send one request for an upload."""

    @extend_schema(
        operation_id="uploads_sign",
        description="The address works for an hour, for this one request, and needs no other"
        " permission. One that begins with `/` is of this server.",
        request=WishSerializer,
        responses=inline_serializer(
            "SignedRequest",
            {
                "url": serializers.CharField(),
                "headers": serializers.DictField(child=serializers.CharField()),
            },
        ),
    )
    def post(self, request: Request, upload_id: UUID) -> Response:
        upload = get_upload_for(signed_in(request), upload_id)
        wanted = WishSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        signed = sessions.sign(upload, Wish(**wanted.validated_data))
        return Response({"url": signed.url, "headers": dict(signed.headers)})


class FinishSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()


class UploadsFinishView(APIView):
    """Everything has been sent: a worker checks it and makes the item."""

    @extend_schema(
        operation_id="uploads_finish",
        request=FinishSerializer,
        responses={202: UploadStateSerializer},
    )
    def post(self, request: Request) -> Response:
        sent = FinishSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        upload = sessions.finish(get_upload_for(signed_in(request), sent.validated_data["id"]))
        return Response(UploadStateSerializer(upload).data, status=status.HTTP_202_ACCEPTED)
