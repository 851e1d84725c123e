"""Admin lists that stay quick when a table has hundreds of thousands of rows."""

from __future__ import annotations

from typing import TypeVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

_CAP = 5000
M = TypeVar("M", bound=Model)


class CappedPaginator(Paginator[M]):
    """Counts no further than the cap: whoever wants what lies behind it searches or filters."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows[:_CAP].count() if isinstance(rows, QuerySet) else len(rows)


class LargeTableAdmin(admin.ModelAdmin[M]):
    """A list without a count of the whole table on each page."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200


class ReadOnlyAdmin(LargeTableAdmin[M]):
    """Rows that only the product itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
