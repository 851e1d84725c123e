"""The Spend page, and the offer to read what looks like pages."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from gallery.models import Step
from gallery.services.jobs import reopen
from gallery.views.requests import PageRequest
from workers.engines import label_analyzer, text_analyzer
from workers.estimating import unread_pages
from workers.spend_report import balance_of, rows_of
from workers.spending.prices import as_dollars


@login_required
@require_GET
def spend(request: PageRequest) -> HttpResponse:
    """Show what the user's own items have cost, and what reading the rest would."""
    page = {
        **_offer(request),
        "balance": balance_of(request.user),
        "rows": rows_of(request.user),
        "is_local": not any(
            engine is not None and engine.provider for engine in (label_analyzer(), text_analyzer())
        ),
    }
    return render(request, "workers/spend.html", page)


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
