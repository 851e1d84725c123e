"""The outbox in the admin: what the index has yet to learn, and why not yet."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from search.models import AT_ONCE, OutboxEntry


@admin.register(OutboxEntry)
class OutboxEntryAdmin(admin.ModelAdmin[OutboxEntry]):
    """Read only but for trying again: entries are made by changes and end with them."""

    list_display = ("id", "owner_id", "item_id", "created_at", "attempts", "next_try", "error")
    list_filter = (("error", admin.EmptyFieldListFilter), "attempts")
    search_fields = ("=owner_id", "=item_id", "error")
    ordering = ("id",)
    show_full_result_count = False
    actions = ("try_again",)

    @admin.action(description="Try again now")
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboxEntry]) -> None:
        queryset.update(next_try=AT_ONCE, attempts=0)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutboxEntry | None = None) -> bool:
        return False
