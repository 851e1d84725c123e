"""Everything that was found in the user's media, as one file."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.api.export_forms import EXPORT_FORMS, exported
from gallery.api.filters import MediaFilter, filtered_media
from gallery.models import LabelState, MediaLabel
from gallery.queries import shown
from gallery.views.files import content_disposition


class ExportQuery(MediaFilter):
    """Filters as of the media list; ``min_confidence`` narrows the labels told, too."""

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # A field's name is an attribute's, which "as" cannot be.
        form = serializers.ChoiceField(choices=list(EXPORT_FORMS), required=False, default="json")
        fields = {**super().get_fields(), "as": form}
        del fields["ordering"]
        return fields


class ExportView(APIView):
    """Labels, fields, tables, text and facts of all items that fit, in the order of their ids."""

    @extend_schema(
        operation_id="export",
        parameters=[ExportQuery],
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "application/x-ndjson"): OpenApiTypes.STR,
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        user = signed_in(request)
        wanted = ExportQuery(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        items = filtered_media(user, wanted.validated_data)
        labels = _labels(wanted.validated_data.get("min_confidence"), user.shown_confidence)
        form = EXPORT_FORMS[wanted.validated_data["as"]]
        response = StreamingHttpResponse(
            form.write(exported(items, labels)), content_type=f"{form.content_type}; charset=utf-8"
        )
        name = f"pixtract-{timezone.localdate():%Y-%m-%d}.{form.ending}"
        response["Content-Disposition"] = content_disposition(name, inline=False)
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "private, no-store"
        return response


def _labels(explicit: float | None, usual: float) -> QuerySet[MediaLabel]:
    """As of an item's labels: an explicit confidence goes before the labels' own thresholds."""
    if explicit is None:
        condition = shown(usual)
    else:
        condition = Q(state=LabelState.CONFIRMED) | Q(
            state=LabelState.DETECTED, confidence__gte=explicit
        )
    return (
        MediaLabel.objects.filter(condition, label__hidden=False)
        .select_related("label", "label__category")
        .prefetch_related("label__parents")
        .order_by("-confidence", "label__name")
    )
