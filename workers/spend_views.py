"""The Spend page, and the offer to read what looks like pages."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from gallery.models import Step
from gallery.queries import library_of
from gallery.services.jobs import reopen
from gallery.views.requests import PageRequest
from workers.estimating import PAID_STEPS, estimate, paid_engines, unread_pages
from workers.spend_report import balance_of, rows_of
from workers.spending.prices import as_dollars

# Of larger libraries the price is worked out only when it is asked for: it takes its time.
_AT_ONCE = 2000


@login_required
@require_GET
def spend(request: PageRequest) -> HttpResponse:
    """Show what the user's own items have cost, and what reading the rest would."""
    page = {
        **_offer(request),
        **_whole_library(request),
        "balance": balance_of(request.user),
        "rows": rows_of(request.user),
        "is_local": not paid_engines(),
    }
    return render(request, "workers/spend.html", page)


def _whole_library(request: PageRequest) -> dict[str, object]:
    names = " and ".join(name.capitalize() for name in paid_engines())
    items = library_of(request.user)
    is_asked = request.GET.get("estimate") == "all"
    if not names or not (is_asked or items.count() <= _AT_ONCE):
        return {"engines": names}
    lines = estimate(items, PAID_STEPS)
    return {
        "engines": names,
        "lines": lines,
        "is_estimated": True,
        "whole_usd": as_dollars(sum(line.microdollars for line in lines)),
        "is_at_most": any(line.at_most for line in lines),
    }


@login_required
@require_GET
def offer(request: PageRequest) -> HttpResponse:
    """Give the offer alone, for other pages to show; empty when there is none."""
    return render(request, "workers/offer.html", _offer(request))


def _offer(request: PageRequest) -> dict[str, object]:
    found = unread_pages(request.user)[1]
    return {"offer": found, "offer_usd": as_dollars(found.microdollars) if found else None}


@login_required
@require_POST
def read_unread(request: PageRequest) -> HttpResponse:
    """Read what the offer was about: the user has seen the price and said yes."""
    items, offered = unread_pages(request.user)
    if offered is not None:
        count = reopen(list(items.values_list("pk", flat=True)), [Step.READ])
        messages.success(request, f"{count} steps were started.")
    return redirect("workers:spend")
