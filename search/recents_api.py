"""Recent searches: noted by the search box, and removed there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.api.strictness import refuse_others, refuse_parameters
from search.models import RecentSearch
from search.recents import MAX_RECENT, get_recent_for, recent_of, remember


class RecentSearchSerializer(serializers.ModelSerializer[RecentSearch]):
    """What was typed and searched for, and when last."""

    q = serializers.CharField(source="text", max_length=RecentSearch.MAX_LENGTH)

    class Meta:
        model = RecentSearch
        fields = ("id", "q", "searched_at")
        read_only_fields = ("id", "searched_at")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self)
        return attrs


class RecentSearchesView(APIView):
    """The user's last searches in the box. Searches of programs are not noted by themselves."""

    @extend_schema(
        operation_id="recent_searches",
        responses=inline_serializer(
            "RecentSearches", {"results": RecentSearchSerializer(many=True)}
        ),
    )
    def get(self, request: Request) -> Response:
        refuse_parameters(request)
        found = recent_of(signed_in(request))[:MAX_RECENT]
        return Response({"results": RecentSearchSerializer(found, many=True).data})

    @extend_schema(
        operation_id="recent_search_note",
        request=RecentSearchSerializer,
        responses={201: RecentSearchSerializer},
    )
    def post(self, request: Request) -> Response:
        """Note a search; the last eight are kept, each once."""
        sent = RecentSearchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        noted = remember(signed_in(request), sent.validated_data["text"])
        return Response(RecentSearchSerializer(noted).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="recent_searches_clear", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Forget them all."""
        recent_of(signed_in(request)).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class RecentSearchView(APIView):
    """One of the user's own recent searches."""

    @extend_schema(operation_id="recent_search_forget", responses={204: None})
    def delete(self, request: Request, recent_id: UUID) -> Response:
        get_recent_for(signed_in(request), recent_id).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
