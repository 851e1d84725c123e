"""Kept answers of engines in the admin."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.large_tables import ReadOnlyAdmin
from workers.models import AnalysisResult, ProviderState, Spend, SpendTotal
from workers.spending.prices import as_dollars
from workers.spending.providers import resume


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


@admin.register(Spend)
class SpendAdmin(ReadOnlyAdmin[Spend]):
    """The ledger of paid calls."""

    list_display = ("created_at", "owner", "provider", "operation", "units", "dollars", "state")
    list_filter = ("state", "provider", "operation", "month")
    list_select_related = ("owner",)
    search_fields = ("owner__username", "=question")
    ordering = ("-pk",)

    @admin.display(description="US dollars")
    def dollars(self, spend: Spend) -> str:
        return f"{as_dollars(spend.microdollars):.4f}"


@admin.register(SpendTotal)
class SpendTotalAdmin(ReadOnlyAdmin[SpendTotal]):
    """Months of the installation ("all") and of users."""

    list_display = ("month", "scope", "dollars")
    list_filter = ("month",)
    search_fields = ("=scope",)
    ordering = ("-month", "scope")

    @admin.display(description="US dollars")
    def dollars(self, total: SpendTotal) -> str:
        return f"{as_dollars(total.microdollars):.2f}"


@admin.register(ProviderState)
class ProviderStateAdmin(ReadOnlyAdmin[ProviderState]):
    """Providers that were paused, which can be resumed."""

    list_display = ("provider", "paused_at", "code", "message", "probe_at")
    actions = ("resume",)

    def has_resume_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("workers.change_providerstate")

    @admin.action(description="Resume the chosen providers", permissions=["resume"])
    def resume(self, request: HttpRequest, states: QuerySet[ProviderState]) -> None:
        count = sum(resume(state.provider) for state in states)
        self.message_user(request, f"{count} waiting steps go on.", messages.SUCCESS)
