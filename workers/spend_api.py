"""What a run would cost, asked for by scripts before they start one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
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


class EstimateRequestSerializer(serializers.Serializer[Any]):
    """Without ``ids``: everything that the steps gave nothing for yet.

    Steps that are named for ``ids`` are wished for, as where they are started: gates that save
    money let them pass. Reading has fields found on what was read.
    """

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=_MOST_IDS)
    steps = serializers.ListField(
        child=serializers.ChoiceField(choices=PAID_STEPS),
        required=False,
        max_length=len(PAID_STEPS),
    )


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

    @extend_schema(operation_id="estimate", responses=EstimateSerializer)
    def get(self, request: Request) -> Response:
        return _answer(missing(signed_in(request), PAID_STEPS))

    @extend_schema(
        operation_id="estimate_for",
        request=EstimateRequestSerializer,
        responses=EstimateSerializer,
    )
    def post(self, request: Request) -> Response:
        sent = EstimateRequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user, named = signed_in(request), sent.validated_data.get("steps") or ()
        steps = named or PAID_STEPS
        if "ids" not in sent.validated_data:
            return _answer(missing(user, steps))
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
