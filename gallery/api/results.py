"""What was finished since one last asked: for programs that poll."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.models import FinishedItem
from gallery.queries import finished_since

_MAX_ID = 2**63 - 1
_PAGE = 100


class ResultsQuery(serializers.Serializer[Any]):
    """``since`` is the ``cursor`` of the last answer; without it, everything is told."""

    since = serializers.IntegerField(min_value=0, max_value=_MAX_ID, required=False, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=500, required=False, default=_PAGE)


class ResultSerializer(serializers.ModelSerializer[FinishedItem]):
    """An item all of whose steps are over. One that is worked on again turns up again."""

    id = serializers.UUIDField(source="item_id")
    file_name = serializers.CharField(source="item.file_name")
    kind = serializers.CharField(source="item.kind")
    failed_steps = serializers.SerializerMethodField()
    labels_url = serializers.SerializerMethodField()
    text_url = serializers.SerializerMethodField()
    jobs_url = serializers.SerializerMethodField()

    class Meta:
        model = FinishedItem
        fields = (
            "id",
            "file_name",
            "kind",
            "finished_at",
            "failed_steps",
            "labels_url",
            "text_url",
            "jobs_url",
        )
        read_only_fields = fields

    def get_failed_steps(self, finished: FinishedItem) -> list[str]:
        return [job.step for job in finished.item.jobs.all() if job.state == "failed"]

    def get_labels_url(self, finished: FinishedItem) -> str:
        return reverse("api:media-labels", args=[finished.item_id])

    def get_text_url(self, finished: FinishedItem) -> str:
        return reverse("api:media-text", args=[finished.item_id])

    def get_jobs_url(self, finished: FinishedItem) -> str:
        return reverse("api:media-jobs", args=[finished.item_id])


class ResultsView(APIView):
    """Items that were finished, in the order in which they were."""

    @extend_schema(
        operation_id="results",
        parameters=[ResultsQuery],
        responses=inline_serializer(
            "Results",
            {
                "results": ResultSerializer(many=True),
                "cursor": serializers.CharField(help_text="`since` of the next question."),
                "more": serializers.BooleanField(help_text="There is more already."),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        wanted = ResultsQuery(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        since, limit = wanted.validated_data["since"], wanted.validated_data["limit"]
        found = list(finished_since(signed_in(request), since)[: limit + 1])
        shown = found[:limit]
        return Response(
            {
                "results": ResultSerializer(shown, many=True).data,
                "cursor": str(shown[-1].pk if shown else since),
                "more": len(found) > limit,
            }
        )
