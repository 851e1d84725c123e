"""The user's own account and how much it holds."""

from __future__ import annotations

from django.db.models import Count, Q, Sum
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import ProfileSerializer
from accounts.authentication import signed_in
from accounts.models import User
from accounts.services import note_confidence
from gallery.queries import visible_to


class UsageSerializer(serializers.Serializer[dict[str, int]]):
    """``bytes`` are those of the originals, trash included."""

    items = serializers.IntegerField()
    trashed = serializers.IntegerField()
    bytes = serializers.IntegerField()


class MeSerializer(ProfileSerializer):
    usage = serializers.SerializerMethodField()

    class Meta(ProfileSerializer.Meta):
        fields = (*ProfileSerializer.Meta.fields, "usage")

    @extend_schema_field(UsageSerializer)
    def get_usage(self, user: User) -> dict[str, int]:
        return usage_of(user)


def usage_of(user: User) -> dict[str, int]:
    """How many items the user has, how many of them in the trash, and the originals' bytes."""
    sums = visible_to(user).aggregate(
        items=Count("pk", filter=Q(trashed_at=None)),
        trashed=Count("pk", filter=Q(trashed_at__isnull=False)),
        bytes=Sum("size_bytes", default=0),
    )
    return {name: int(value) for name, value in sums.items()}


class MeView(APIView):
    """Who the caller is."""

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(signed_in(request)).data)

    @extend_schema(operation_id="me_change", request=ProfileSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        user = signed_in(request)
        before = user.shown_confidence
        profile = MeSerializer(user, data=request.data, partial=True)
        profile.is_valid(raise_exception=True)
        profile.save()
        note_confidence(user, before)
        return Response(profile.data)
