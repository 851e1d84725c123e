"""What is done and still to do: for one item, and for the user's whole library."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.access import get_item_for
from gallery.api.me import usage_of
from gallery.api.serializers import JobSerializer
from gallery.models import JobState, MediaItem, Step
from gallery.pending import pending_items
from gallery.queries import job_counts
from gallery.services.jobs import reopen
from workers.results import FIELDS, LABELS, TEXT, forget
from workers.spend_report import balance_of

_STEPS = [step for step in Step.values if step != Step.INDEX]
_OPERATIONS = {Step.LABEL: LABELS, Step.READ: TEXT, Step.EXTRACT: FIELDS}


class AnalyzeSerializer(serializers.Serializer[Any]):
    """Without ``steps``: labels and text, and whatever failed. ``force`` asks engines anew."""

    steps = serializers.ListField(
        child=serializers.ChoiceField(choices=_STEPS), required=False, max_length=len(_STEPS)
    )
    force = serializers.BooleanField(required=False, default=False)


_JOBS: dict[str, Any] = {"results": JobSerializer(many=True)}


class AnalyzeView(APIView):
    """Look at an item again."""

    @extend_schema(
        operation_id="media_analyze",
        request=AnalyzeSerializer,
        responses={
            202: inline_serializer("Reopened", {"reopened": serializers.IntegerField(), **_JOBS})
        },
    )
    def post(self, request: Request, item_id: UUID) -> Response:
        item = get_item_for(signed_in(request), item_id)
        sent = AnalyzeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        steps = set(sent.validated_data.get("steps") or _usual_steps(item))
        if sent.validated_data["force"]:
            forget(item, [_OPERATIONS[Step(step)] for step in steps & _OPERATIONS.keys()])
        # Steps that are named are wished for: gates that save money let them pass.
        wished = sent.validated_data.get("steps") or []
        item.jobs.filter(step__in=wished).update(wanted=True)
        count = reopen([item.pk], steps)
        answer = {"reopened": count, "results": _jobs(item)}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


def _usual_steps(item: MediaItem) -> set[str]:
    failed = item.jobs.filter(state=JobState.FAILED).values_list("step", flat=True)
    return {Step.LABEL.value, Step.READ.value, *failed}


def _jobs(item: MediaItem) -> Any:
    return JobSerializer(item.jobs.order_by("priority"), many=True).data


class JobsView(APIView):
    """An item's steps, complete from its first second."""

    @extend_schema(operation_id="media_jobs", responses=inline_serializer("Jobs", _JOBS))
    def get(self, request: Request, item_id: UUID) -> Response:
        return Response({"results": _jobs(get_item_for(signed_in(request), item_id))})


class PausedProviderSerializer(serializers.Serializer[Any]):
    provider = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class PausedStepSerializer(serializers.Serializer[Any]):
    step = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    count = serializers.IntegerField()
    until = serializers.DateTimeField()


class SpendSerializer(serializers.Serializer[Any]):
    """The user's own spend of this month in US dollars; no ``cap`` means no limit.

    ``cap`` is the one that binds: the user's own, or the installation's.
    """

    spent = serializers.DecimalField(max_digits=18, decimal_places=6)
    cap = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    cap_of = serializers.ChoiceField(choices=["user", "installation"], allow_blank=True)
    cap_reached = serializers.BooleanField()
    paused = PausedProviderSerializer(many=True, help_text="Providers.")
    paused_steps = PausedStepSerializer(many=True, help_text="The user's own jobs.")


class StatusView(APIView):
    """How far the user's library is looked at. ``steps`` counts jobs by step and state."""

    @extend_schema(
        operation_id="status",
        responses=inline_serializer(
            "Status",
            {
                "items": serializers.IntegerField(),
                "trashed": serializers.IntegerField(),
                "bytes": serializers.IntegerField(),
                "pending": serializers.IntegerField(help_text="Items not fully looked at yet."),
                "steps": serializers.DictField(
                    child=serializers.DictField(child=serializers.IntegerField())
                ),
                "spend": SpendSerializer(),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        user = signed_in(request)
        pending = pending_items(user).count()
        spend = SpendSerializer(balance_of(user)).data
        counts = {"pending": pending, "steps": job_counts(user), "spend": spend}
        return Response({**usage_of(user), **counts})
