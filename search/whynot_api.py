"""Why a query did not find an item, for programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.access import get_item_for
from gallery.api.strictness import refuse_others
from search.api import MatchSerializer, NoticeSerializer
from search.explanations import Reason
from search.parameters import MAX_QUERY, NO_PARAMETER
from search.whynot import explain


class WhyNotParameters(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=MAX_QUERY)
    item = serializers.UUIDField()
    min_confidence = serializers.IntegerField(min_value=0, max_value=100, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self, message=NO_PARAMETER)
        return attrs


class ReasonSerializer(serializers.Serializer[Any]):
    """``label_id`` is a label of the item that can be confirmed or taken back from rejection.

    ``album_id`` is an album of the user's that the item could go into.
    """

    code = serializers.CharField()
    message = serializers.CharField()
    label_id = serializers.SerializerMethodField()
    album_id = serializers.SerializerMethodField()

    def get_label_id(self, reason: Reason) -> str | None:
        return str(reason.media_label.pk) if reason.media_label else None

    def get_album_id(self, reason: Reason) -> str | None:
        return str(reason.album.pk) if reason.album else None


class ClauseSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    met = serializers.BooleanField(source="is_met")
    matches = MatchSerializer(many=True)
    reasons = ReasonSerializer(many=True)


_ANSWER = inline_serializer(
    "WhyNot",
    {
        "found": serializers.BooleanField(),
        "clauses": ClauseSerializer(many=True),
        "general": ReasonSerializer(many=True),
        "notices": NoticeSerializer(
            many=True,
            help_text="What was searched for instead where nothing fits what was typed, as the "
            "search itself does: other spellings (typo), less sure labels (unsure), a sentence "
            "without some of its words (partial). The clauses are of that.",
        ),
    },
)


class WhyNotView(APIView):
    """Says for each part of a query whether an item fits it, and why not."""

    @extend_schema(operation_id="search_why_not", parameters=[WhyNotParameters], responses=_ANSWER)
    def get(self, request: Request) -> Response:
        sent = WhyNotParameters(data=request.query_params)
        sent.is_valid(raise_exception=True)
        wanted, user = sent.validated_data, signed_in(request)
        item = get_item_for(user, wanted["item"])
        found = explain(user, item, wanted["q"], min_confidence=wanted.get("min_confidence"))
        return Response(
            {
                "found": found.is_found,
                "clauses": ClauseSerializer(found.clauses, many=True).data,
                "general": ReasonSerializer(found.general, many=True).data,
                "notices": NoticeSerializer(found.notices, many=True).data,
            }
        )
