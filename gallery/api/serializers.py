"""Media items as JSON, and what may be said about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gallery.addresses import item_api_address, original_address, rendition_address
from gallery.api.listed import taken_at
from gallery.api.strictness import refuse_others
from gallery.models import Album, DocumentType, Job, MediaItem, Rendition
from gallery.queries import thumbs_of
from gallery.services.dating import why_implausible
from gallery.types import DateSource

_MAX_TEXT = 10_000


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentField(serializers.Field[datetime, str, str, Any]):
    """ISO 8601. Without an offset it is wall-clock time at the place of capture."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise serializers.ValidationError("A date and time is written as text.")
        try:
            moment = datetime.fromisoformat(data[:40].strip())
        except ValueError as error:
            raise serializers.ValidationError("This is no date and time of ISO 8601.") from error
        if wrong := why_implausible(moment):
            raise serializers.ValidationError(wrong)
        return moment


class UploadSerializer(serializers.Serializer[Any]):
    """One file of a multipart upload and what comes along with it."""

    file = serializers.FileField(allow_empty_file=True)
    description = serializers.CharField(
        max_length=_MAX_TEXT, allow_blank=True, required=False, default=""
    )
    taken_at = MomentField(required=False)
    sidecar = serializers.FileField(required=False, help_text="The photo's XMP sidecar.")


class ItemChangesSerializer(serializers.Serializer[Any]):
    """What an owner may change about an item; anything else that is sent is refused."""

    description = serializers.CharField(max_length=_MAX_TEXT, allow_blank=True, required=False)
    favorite = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False)
    taken_at = MomentField(
        required=False,
        allow_null=True,
        help_text="Corrects the item's date, from 1826 to two days from now. Without an offset it "
        "is wall-clock time at the place of capture. null takes the correction back: the item has "
        "its file's own date again, or that printed on it, or that of its upload.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self)
        return attrs


class CameraSerializer(serializers.Serializer[MediaItem]):
    make = serializers.CharField(source="camera_make")
    model = serializers.CharField(source="camera_model")
    lens = serializers.CharField()


class CoordinatesSerializer(serializers.Serializer[Any]):
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class PlaceSerializer(serializers.Serializer[MediaItem]):
    name = serializers.CharField(source="place_name")
    city = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    country_code = serializers.CharField()


class ItemSerializer(serializers.ModelSerializer[MediaItem]):
    """An item as lists show it. The context's ``thumbs`` maps ids to thumbs; no text in lists."""

    document_type = serializers.ChoiceField(choices=DocumentType.choices, allow_blank=True)
    description = serializers.CharField(source="caption")
    taken_at = serializers.SerializerMethodField()
    taken_source = serializers.ChoiceField(
        choices=[source.value for source in DateSource],
        read_only=True,
        help_text="Where `taken_at` comes from: the file (its EXIF, XMP sidecar, video container, "
        "name or PDF properties), the owner, who set or corrected it, what is printed on it, or "
        "its upload (added).",
    )
    camera = CameraSerializer(source="*")
    coordinates = CoordinatesSerializer(allow_null=True)
    place = PlaceSerializer(source="*")
    url = serializers.SerializerMethodField()
    original_url = serializers.SerializerMethodField()
    thumb_url = serializers.SerializerMethodField()

    class Meta:
        model = MediaItem
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "document_type",
            "file_name",
            "content_type",
            "size_bytes",
            "sha256",
            "width",
            "height",
            "duration_ms",
            "page_count",
            "description",
            "favorite",
            "archived",
            "trashed_at",
            "added_at",
            "taken_at",
            "taken_source",
            "camera",
            "coordinates",
            "place",
            "has_text",
            "url",
            "original_url",
            "thumb_url",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_taken_at(self, item: MediaItem) -> str:
        """Wall-clock time at the place of capture, with its offset where that is known."""
        return taken_at(item)

    def get_url(self, item: MediaItem) -> str:
        return item_api_address(item.pk)

    def get_original_url(self, item: MediaItem) -> str:
        return original_address(item.pk)

    def get_thumb_url(self, item: MediaItem) -> str | None:
        thumb = self.context["thumbs"].get(item.pk)
        return rendition_address(thumb) if thumb else None


class RenditionSerializer(serializers.ModelSerializer[Rendition]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Rendition
        fields = ("name", "url", "content_type", "width", "height", "size_bytes", "start_ms")
        read_only_fields = fields

    def get_url(self, rendition: Rendition) -> str:
        return rendition_address(rendition)


class JobErrorSerializer(serializers.Serializer[Job]):
    code = serializers.CharField(source="error_code")
    message = serializers.CharField(source="error_message")


class JobSerializer(serializers.ModelSerializer[Job]):
    """A step of an item. ``error`` is set on waiting jobs, too, that will be tried again.

    On a done one it says what is missing, with the code "partial".
    """

    error = serializers.SerializerMethodField()
    started = serializers.DateTimeField(source="started_at", allow_null=True)
    finished = serializers.DateTimeField(source="finished_at", allow_null=True)

    class Meta:
        model = Job
        fields = ("step", "state", "attempts", "error", "started", "finished")
        read_only_fields = fields

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, job: Job) -> dict[str, Any] | None:
        return JobErrorSerializer(job).data if job.error_code else None


class AlbumNameSerializer(serializers.ModelSerializer[Album]):
    class Meta:
        model = Album
        fields = ("id", "name")
        read_only_fields = fields


class ItemDetailSerializer(ItemSerializer):
    """An item on its own: with its albums, renditions and jobs."""

    albums = serializers.SerializerMethodField()
    renditions = serializers.SerializerMethodField()
    jobs = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = (*ItemSerializer.Meta.fields, "details", "albums", "renditions", "jobs")
        read_only_fields = fields

    @extend_schema_field(AlbumNameSerializer(many=True))
    def get_albums(self, item: MediaItem) -> Any:
        return AlbumNameSerializer(item.albums.order_by("name"), many=True).data

    @extend_schema_field(RenditionSerializer(many=True))
    def get_renditions(self, item: MediaItem) -> Any:
        return RenditionSerializer(item.renditions.order_by("name")[:1000], many=True).data

    @extend_schema_field(JobSerializer(many=True))
    def get_jobs(self, item: MediaItem) -> Any:
        return JobSerializer(item.jobs.order_by("priority"), many=True).data


class UploadedSerializer(ItemDetailSerializer):
    """The answer to an upload."""

    duplicate = serializers.SerializerMethodField()
    restored = serializers.SerializerMethodField()

    class Meta(ItemDetailSerializer.Meta):
        fields = (*ItemDetailSerializer.Meta.fields, "duplicate", "restored")
        read_only_fields = fields

    def get_duplicate(self, item: MediaItem) -> bool:
        """True when these bytes were there already."""
        return bool(self.context["duplicate"])

    def get_restored(self, item: MediaItem) -> bool:
        """True when the item was in the trash, and was taken out of it."""
        return bool(self.context["restored"])


def item_data(item: MediaItem) -> dict[str, Any]:
    """One item with its renditions and jobs."""
    context = {"thumbs": thumbs_of([item.pk])}
    return dict(ItemDetailSerializer(item, context=context).data)


def uploaded_data(item: MediaItem, *, duplicate: bool, restored: bool) -> dict[str, Any]:
    context = {"thumbs": thumbs_of([item.pk]), "duplicate": duplicate, "restored": restored}
    return dict(UploadedSerializer(item, context=context).data)
