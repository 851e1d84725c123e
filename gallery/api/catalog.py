"""The user's categories and labels, with how many items each has."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.models import Category, Label
from gallery.queries import filled_categories, label_counts

paging_parameters = [OpenApiParameter("limit", int), OpenApiParameter("offset", int)]


# What every catalog's address may say.
CATALOG_PARAMETERS = ("limit", "offset")


class CatalogPagination(LimitOffsetPagination):
    """Catalogs are short, so that counting them costs little."""

    default_limit = 200
    max_limit = 1000

    def get_offset(self, request: Request) -> int:
        # A database counts in 64 bits only.
        return min(super().get_offset(request), 1_000_000)


def catalog_page(name: str, results: Any) -> Any:
    """The shape of a page of a catalog, for the schema."""
    address = serializers.URLField(allow_null=True)
    return inline_serializer(
        f"{name}Page",
        {
            "count": serializers.IntegerField(),
            "next": address,
            "previous": address,
            "results": results,
        },
    )


class CategorySerializer(serializers.ModelSerializer[Category]):
    item_count = serializers.IntegerField()
    own = serializers.SerializerMethodField()
    items_url = serializers.SerializerMethodField()

    class Meta:
        model = Category
        fields = ("id", "name", "slug", "state", "own", "item_count", "items_url")
        read_only_fields = fields

    def get_own(self, category: Category) -> bool:
        """True for a category that the user made."""
        return category.owner_id is not None

    def get_items_url(self, category: Category) -> str:
        return f"{reverse('api:media-list')}?category={category.slug}"


class LabelSerializer(serializers.ModelSerializer[Label]):
    """The context's ``counts`` are by id."""

    item_count = serializers.SerializerMethodField()
    category = serializers.CharField(source="category.name", default=None, allow_null=True)
    own = serializers.SerializerMethodField()

    class Meta:
        model = Label
        fields = ("id", "name", "aliases", "category", "own", "item_count")
        read_only_fields = fields

    def get_item_count(self, label: Label) -> int:
        return int(self.context["counts"][label.pk])

    def get_own(self, label: Label) -> bool:
        """True for a label that the user made."""
        return label.owner_id is not None


class LabelCatalogQuery(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=100, required=False, help_text="Part of the name.")
    min_confidence = serializers.FloatField(min_value=0, max_value=100, required=False)


class CategoriesView(APIView):
    """Categories that hold something, largest first."""

    @extend_schema(
        operation_id="categories",
        parameters=paging_parameters,
        responses=catalog_page("Categories", CategorySerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        found = filled_categories(signed_in(request))
        paging = CatalogPagination()
        page = paging.paginate_queryset(found, request, self)
        return paging.get_paginated_response(CategorySerializer(page, many=True).data)


class LabelsView(APIView):
    """Labels shown on something, most frequent first."""

    @extend_schema(
        operation_id="labels",
        parameters=[LabelCatalogQuery, *paging_parameters],
        responses=catalog_page("Labels", LabelSerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        user = signed_in(request)
        wanted = LabelCatalogQuery(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        limit = wanted.validated_data.get("min_confidence", user.shown_confidence)
        counted = label_counts(user, limit, wanted.validated_data.get("q", ""))
        paging = CatalogPagination()
        page = dict(paging.paginate_queryset(counted, request, self) or [])
        labels = Label.objects.select_related("category").in_bulk(list(page))
        shown = [labels[pk] for pk in page]
        data = LabelSerializer(shown, many=True, context={"counts": page}).data
        return paging.get_paginated_response(data)
