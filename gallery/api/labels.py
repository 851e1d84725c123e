"""The labels of one item: what was seen, and what the owner says of it."""

from __future__ import annotations

import unicodedata
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from accounts.models import User
from gallery.access import get_item_for, get_media_label_for
from gallery.api.label_shapes import (
    ItemLabelsSerializer,
    MediaLabelSerializer,
    RekognitionSerializer,
)
from gallery.models import LabelState, MediaItem, MediaLabel
from gallery.queries import labels_on, shown
from gallery.services.labeling import add_label, correct_label, remove_own_label


class NotOwnLabel(APIException):
    """What an engine saw is rejected, not deleted."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "Only a label that you added can be deleted; reject this one instead."
    default_code = "not_own_label"


class LabelsQuery(serializers.Serializer[Any]):
    """``min_confidence`` is the user's own by default, with each label's threshold."""

    min_confidence = serializers.FloatField(min_value=0, max_value=100, required=False)
    shape = serializers.ChoiceField(choices=["pixtract", "rekognition"], required=False)
    rejected = serializers.BooleanField(
        required=False, default=False, help_text="Also those that the owner rejected."
    )


class NewLabelSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)

    def validate_name(self, name: str) -> str:
        if any(unicodedata.category(character) == "Cc" for character in name):
            raise serializers.ValidationError("A name has no control characters.")
        if not any(character.isalnum() for character in name):
            raise serializers.ValidationError("A name needs a letter or a digit.")
        return name


class VerdictSerializer(serializers.Serializer[Any]):
    """``detected`` takes a verdict back."""

    state = serializers.ChoiceField(choices=LabelState.choices)


class MediaLabelsView(APIView):
    """Labels of an item, surest first."""

    @extend_schema(
        operation_id="media_labels",
        parameters=[LabelsQuery],
        responses=PolymorphicProxySerializer(
            component_name="LabelsAnswer",
            serializers=[ItemLabelsSerializer, RekognitionSerializer],
            resource_type_field_name=None,
        ),
    )
    def get(self, request: Request, item_id: UUID) -> Response:
        user = signed_in(request)
        item = get_item_for(user, item_id)
        wanted = LabelsQuery(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        labels = _labels(user, item, wanted.validated_data)
        if wanted.validated_data.get("shape") == "rekognition":
            return Response(RekognitionSerializer(item, context={"labels": labels}).data)
        return Response(ItemLabelsSerializer(item, context={"labels": labels}).data)

    @extend_schema(
        operation_id="media_label_add",
        request=NewLabelSerializer,
        responses={201: MediaLabelSerializer},
    )
    def post(self, request: Request, item_id: UUID) -> Response:
        item = get_item_for(signed_in(request), item_id)
        sent = NewLabelSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        added = add_label(item, sent.validated_data["name"])
        return Response(MediaLabelSerializer(added).data, status=status.HTTP_201_CREATED)


def _labels(user: User, item: MediaItem, wanted: dict[str, Any]) -> QuerySet[MediaLabel]:
    """An explicit confidence goes before the labels' own thresholds; a confirmed one is sure."""
    explicit = wanted.get("min_confidence")
    if explicit is None:
        condition = shown(user.shown_confidence)
    else:
        condition = Q(state=LabelState.CONFIRMED) | Q(
            state=LabelState.DETECTED, confidence__gte=explicit
        )
    if wanted["rejected"]:
        condition |= Q(state=LabelState.REJECTED)
    return labels_on(item).filter(condition)


class MediaLabelView(APIView):
    """One label of an item."""

    @extend_schema(
        operation_id="media_label_judge", request=VerdictSerializer, responses=MediaLabelSerializer
    )
    def patch(self, request: Request, item_id: UUID, label_id: UUID) -> Response:
        media_label = get_media_label_for(signed_in(request), item_id, label_id)
        sent = VerdictSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        judged = correct_label(media_label, sent.validated_data["state"])
        return Response(MediaLabelSerializer(judged).data)

    @extend_schema(
        operation_id="media_label_delete", responses={204: None, 409: OpenApiTypes.OBJECT}
    )
    def delete(self, request: Request, item_id: UUID, label_id: UUID) -> Response:
        media_label = get_media_label_for(signed_in(request), item_id, label_id)
        if media_label.source != "user":
            raise NotOwnLabel
        remove_own_label(media_label)
        return Response(status=status.HTTP_204_NO_CONTENT)
