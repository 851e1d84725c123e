"""What a run would cost, asked for by scripts before they start one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from accounts.models import User
from gallery.models import MediaItem
from gallery.queries import library_of
from workers.estimating import PAID_STEPS, Line, estimate, missing
from workers.spending.prices import as_dollars

_MOST_IDS = 1000
_ASKED = [
    OpenApiParameter(
        "all", bool, description="The whole library, not only what is missing or waits."
    ),
    OpenApiParameter(
        "steps",
        str,
        description=f"Of {', '.join(PAID_STEPS)}, with commas; all of them if left out.",
    ),
]


class EstimateRequestSerializer(serializers.Serializer[Any]):
    """Without ``ids``: what the steps gave nothing for yet, with what waits or is paused.

    ``all``: the steps on the whole library, as `manage.py reprocess --all` runs them. Steps that
    are named for ``ids`` are wished for, as where they are started: gates that save money let
    them pass. Reading has fields found on what was read.
    """

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=_MOST_IDS)
    steps = serializers.ListField(
        child=serializers.ChoiceField(choices=PAID_STEPS),
        required=False,
        max_length=len(PAID_STEPS),
    )
    all = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["all"] and "ids" in attrs:
            raise serializers.ValidationError({"all": "Ask about ids, or about all."})
        return attrs


class EstimateLineSerializer(serializers.Serializer[Any]):
    step = serializers.CharField()
    provider = serializers.CharField()
    operation = serializers.CharField()
    items = serializers.IntegerField()
    units = serializers.IntegerField()
    usd = serializers.DecimalField(max_digits=18, decimal_places=6)
    at_most = serializers.BooleanField(
        help_text="For some of the items it shows only on the way whether this is needed."
    )


class EstimateSerializer(serializers.Serializer[Any]):
    """No lines: it costs nothing."""

    lines = EstimateLineSerializer(many=True)
    usd = serializers.DecimalField(max_digits=18, decimal_places=6)


class EstimateView(APIView):
    """The price of looking at items; answers that are kept cost nothing. Nothing is started."""

    @extend_schema(operation_id="estimate", parameters=_ASKED, responses=EstimateSerializer)
    def get(self, request: Request) -> Response:
        asked: dict[str, Any] = {"all": request.query_params.get("all", "0")}
        if named := request.query_params.get("steps"):
            asked["steps"] = named.split(",")
        return _estimate(signed_in(request), asked)

    @extend_schema(
        operation_id="estimate_for",
        request=EstimateRequestSerializer,
        responses=EstimateSerializer,
    )
    def post(self, request: Request) -> Response:
        return _estimate(signed_in(request), request.data)


def _estimate(user: User, asked: Any) -> Response:
    sent = EstimateRequestSerializer(data=asked)
    sent.is_valid(raise_exception=True)
    named = sent.validated_data.get("steps") or ()
    steps = named or PAID_STEPS
    if sent.validated_data["all"]:
        return _answer(estimate(library_of(user), steps))
    if "ids" not in sent.validated_data:
        return _answer(missing(library_of(user), steps))
    items = _own(user, sent.validated_data["ids"])
    return _answer(estimate(items, steps, wished=bool(named)))


def _own(user: User, ids: list[Any]) -> QuerySet[MediaItem]:
    # Like in bulk actions, what is not the user's own is as good as not there.
    return library_of(user).filter(pk__in=ids)


def _answer(lines: list[Line]) -> Response:
    priced = [
        {
            "step": line.step,
            "provider": line.provider,
            "operation": line.operation,
            "items": line.items,
            "units": line.units,
            "usd": as_dollars(line.microdollars),
            "at_most": line.at_most,
        }
        for line in lines
    ]
    total = as_dollars(sum(line.microdollars for line in lines))
    return Response(EstimateSerializer({"lines": priced, "usd": total}).data)
