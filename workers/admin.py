"""Kept answers of engines in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.large_tables import ReadOnlyAdmin
from workers.models import AnalysisResult


@admin.register(AnalysisResult)
class AnalysisResultAdmin(ReadOnlyAdmin[AnalysisResult]):
    """What was asked of which bytes, and by which model it was answered."""

    list_display = ("operation", "owner", "short_hash", "part", "model_version", "created_at")
    list_filter = ("operation",)
    list_select_related = ("owner",)
    search_fields = ("=sha256", "owner__username", "model_version")
    exclude = ("raw",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AnalysisResult]:
        return super().get_queryset(request).defer("raw")

    @admin.display(description="original")
    def short_hash(self, result: AnalysisResult) -> str:
        return result.sha256[:12]
