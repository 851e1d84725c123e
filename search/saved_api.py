"""Saved searches for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.api.strictness import refuse_others, refuse_parameters
from search.addresses import SearchAddress, address_of
from search.models import SavedSearch
from search.parameters import MAX_CHOSEN, check_facets
from search.saved import NotSaved, get_saved_for, rename_saved, save_search, saved_by
from search.services import FACETS, Sort


class SavedSearchSerializer(serializers.Serializer[Any]):
    """A saved search; ``results`` is the address that finds what it holds now."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=100)
    q = serializers.CharField(max_length=2000, allow_blank=True)
    min_confidence = serializers.IntegerField(
        min_value=0, max_value=100, allow_null=True, default=None
    )
    sort = serializers.ChoiceField(
        choices=[sort.value for sort in Sort], default=Sort.RELEVANCE.value
    )
    filters = serializers.DictField(
        child=serializers.ListField(
            child=serializers.CharField(max_length=200), max_length=MAX_CHOSEN
        ),
        default=dict,
        help_text=f"Chosen values by facet: {', '.join(FACETS)}.",
    )
    created_at = serializers.DateTimeField(read_only=True)
    results = serializers.URLField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self)
        return attrs

    def validate_filters(self, filters: dict[str, list[str]]) -> dict[str, list[str]]:
        unknown = sorted(set(filters) - set(FACETS))
        if unknown:
            raise ValidationError(f"{unknown[0]} is no facet.")
        check_facets(filters)
        return filters


class NewNameSerializer(serializers.Serializer[Any]):
    """What of a saved search can be changed: to change the rest, save it again by its name."""

    name = serializers.CharField(max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self)
        return attrs


class SavedSearchesView(APIView):
    """The user's saved searches: albums that fill themselves."""

    @extend_schema(
        operation_id="searches",
        responses=inline_serializer("SavedSearches", {"results": SavedSearchSerializer(many=True)}),
    )
    def get(self, request: Request) -> Response:
        refuse_parameters(request)
        found = saved_by(signed_in(request))
        return Response({"results": [_data(request, saved) for saved in found]})

    @extend_schema(
        operation_id="search_save",
        request=SavedSearchSerializer,
        responses={200: SavedSearchSerializer, 201: SavedSearchSerializer},
    )
    def post(self, request: Request) -> Response:
        """Save a search; one of the same name is replaced, which 200 says."""
        sent = SavedSearchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data
        chosen = tuple(
            (name, value) for name, values in wanted["filters"].items() for value in values
        )
        address = SearchAddress(wanted["q"], wanted["min_confidence"], wanted["sort"], chosen)
        try:
            saved, is_new = save_search(signed_in(request), wanted["name"], address)
        except NotSaved as error:
            raise ValidationError({"name": [error.message]}, error.code) from error
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(_data(request, saved), status=code)


class SavedSearchView(APIView):
    """One saved search of the user's own."""

    @extend_schema(operation_id="search_saved", responses=SavedSearchSerializer)
    def get(self, request: Request, saved_id: UUID) -> Response:
        return Response(_data(request, get_saved_for(signed_in(request), saved_id)))

    @extend_schema(
        operation_id="search_rename", request=NewNameSerializer, responses=SavedSearchSerializer
    )
    def patch(self, request: Request, saved_id: UUID) -> Response:
        saved = get_saved_for(signed_in(request), saved_id)
        sent = NewNameSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            rename_saved(saved, sent.validated_data["name"])
        except NotSaved as error:
            raise ValidationError({"name": [error.message]}, error.code) from error
        return Response(_data(request, saved))

    @extend_schema(operation_id="search_forget", responses={204: None})
    def delete(self, request: Request, saved_id: UUID) -> Response:
        get_saved_for(signed_in(request), saved_id).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _data(request: Request, saved: SavedSearch) -> dict[str, Any]:
    address = address_of(saved)
    query = address.url.partition("?")[2]
    return {
        "id": saved.pk,
        "name": saved.name,
        "q": saved.text,
        "min_confidence": saved.min_confidence,
        "sort": saved.sort,
        "filters": {name: list(values) for name, values in address.filters.items()},
        "created_at": saved.created_at,
        "results": request.build_absolute_uri(f"{reverse('api:search')}?{query}"),
    }
