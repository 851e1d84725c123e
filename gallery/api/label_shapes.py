"""Labels as JSON: in Pixtract's own shape, and in that of Rekognition's DetectLabels."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gallery.models import MediaItem, MediaLabel


class InstanceSerializer(serializers.Serializer[Any]):
    """``box`` is left, top, width and height: ratios 0-1 of the upright picture."""

    box = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)
    confidence = serializers.FloatField()


class LabelMomentSerializer(serializers.Serializer[Any]):
    """A stretch of a video, in milliseconds."""

    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    confidence = serializers.FloatField()


class MediaLabelSerializer(serializers.ModelSerializer[MediaLabel]):
    """A label on an item; ``id`` is the address under which it is confirmed or rejected."""

    name = serializers.CharField(source="label.name")
    parents = serializers.SerializerMethodField()
    aliases = serializers.ListField(child=serializers.CharField(), source="label.aliases")
    categories = serializers.SerializerMethodField()
    instances = InstanceSerializer(many=True)
    moments = LabelMomentSerializer(many=True)

    class Meta:
        model = MediaLabel
        fields = (
            "id",
            "name",
            "confidence",
            "parents",
            "aliases",
            "categories",
            "instances",
            "moments",
            "source",
            "state",
        )
        read_only_fields = fields

    def get_parents(self, media_label: MediaLabel) -> list[str]:
        return [parent.name for parent in media_label.label.parents.all()]

    def get_categories(self, media_label: MediaLabel) -> list[str]:
        category = media_label.label.category
        return [category.name] if category else []


class ItemLabelsSerializer(serializers.ModelSerializer[MediaItem]):
    """The context's ``labels`` are those to show."""

    labels = serializers.SerializerMethodField()
    model_version = serializers.CharField(source="labels_model")
    analyzed_at = serializers.DateTimeField(source="labels_analyzed_at", allow_null=True)

    class Meta:
        model = MediaItem
        fields = ("file_name", "labels", "model_version", "analyzed_at")
        read_only_fields = fields

    @extend_schema_field(MediaLabelSerializer(many=True))
    def get_labels(self, item: MediaItem) -> Any:
        return MediaLabelSerializer(self.context["labels"], many=True).data


class RekognitionSerializer(serializers.Serializer[MediaItem]):
    """What DetectLabels would answer, for clients that read that."""

    Labels = serializers.SerializerMethodField()
    LabelModelVersion = serializers.CharField(source="labels_model")

    def get_Labels(self, item: MediaItem) -> list[dict[str, Any]]:
        return [_rekognition_label(found) for found in self.context["labels"]]


def _rekognition_label(found: MediaLabel) -> dict[str, Any]:
    category = found.label.category
    return {
        "Name": found.label.name,
        "Confidence": found.confidence,
        "Instances": [
            {
                "BoundingBox": dict(
                    zip(("Left", "Top", "Width", "Height"), seen["box"], strict=True)
                ),
                "Confidence": seen["confidence"],
            }
            for seen in found.instances
        ],
        "Parents": [{"Name": parent.name} for parent in found.label.parents.all()],
        "Aliases": [{"Name": alias} for alias in found.label.aliases],
        "Categories": [{"Name": category.name}] if category else [],
    }
