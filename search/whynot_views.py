"""The pages that say why a query did not find an item."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gallery.access import get_item_for
from gallery.views.requests import PageRequest
from gallery.views.tiles import tiles_for
from search.whynot import explain, items_named

_CHOICES = 60
_MAX_QUERY = 2000


@login_required
@require_GET
def choose(request: PageRequest) -> HttpResponse:
    """Let the user pick the item that the query should have found."""
    name = request.GET.get("name", "").strip()
    found = {
        "query": request.GET.get("q", "")[:_MAX_QUERY],
        "name": name,
        "tiles": tiles_for(items_named(request.user, name, _CHOICES)),
    }
    return render(request, "search/why_not_choose.html", found)


@login_required
@require_GET
def why_not(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Hold the query against the item, clause by clause."""
    item = get_item_for(request.user, item_id)
    query = request.GET.get("q", "")[:_MAX_QUERY]
    found = {
        "query": query,
        "tile": tiles_for([item])[0],
        "explanation": explain(request.user, item, query),
    }
    return render(request, "search/why_not.html", found)
