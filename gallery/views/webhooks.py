"""The page of a user's webhooks: register, watch, send again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from gallery.access import get_delivery_for, get_webhook_for
from gallery.forms import WebhookForm
from gallery.queries import deliveries_of, webhooks_of
from gallery.services.webhooks import (
    MAX_WEBHOOKS,
    TooManyWebhooks,
    WebhookIsOff,
    register_webhook,
    send_again,
    send_test,
    set_active,
)
from gallery.views.requests import PageRequest


@login_required
def webhooks(request: PageRequest) -> HttpResponse:
    """List the webhooks and register a new one; its secret is in this answer and nowhere else."""
    form = WebhookForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    try:
        webhook = register_webhook(request.user, form.cleaned_data["url"])
    except TooManyWebhooks:
        form.add_error("url", f"You have {MAX_WEBHOOKS} webhooks already: delete one first.")
        return _page(request, form, status=422)
    response = _page(request, WebhookForm(), secret=webhook.secret)
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: PageRequest, form: WebhookForm, *, status: int = 200, secret: str = ""
) -> HttpResponse:
    context = {"form": form, "webhooks": webhooks_of(request.user), "secret": secret}
    return render(request, "gallery/webhooks.html", context, status=status)


@login_required
@require_GET
def webhook(request: PageRequest, webhook_id: UUID) -> HttpResponse:
    """Show one webhook and its last messages."""
    found = get_webhook_for(request.user, webhook_id)
    context = {"webhook": found, "deliveries": deliveries_of(found)}
    return render(request, "gallery/webhook.html", context)


@login_required
@require_POST
def switch(request: PageRequest, webhook_id: UUID) -> HttpResponse:
    """Switch a webhook on or off."""
    set_active(
        get_webhook_for(request.user, webhook_id), active=request.POST.get("active") == "true"
    )
    return redirect("gallery:webhook", webhook_id)


@login_required
@require_POST
def delete(request: PageRequest, webhook_id: UUID) -> HttpResponse:
    """Forget a webhook and its messages."""
    get_webhook_for(request.user, webhook_id).delete()
    messages.success(request, "The webhook is deleted.")
    return redirect("gallery:webhooks")


@login_required
@require_POST
def test(request: PageRequest, webhook_id: UUID) -> HttpResponse:
    """Send a message without an item."""
    try:
        send_test(get_webhook_for(request.user, webhook_id))
    except WebhookIsOff:
        messages.error(request, "This webhook is switched off: switch it on first.")
    else:
        messages.success(request, "A test message is on its way.")
    return redirect("gallery:webhook", webhook_id)


@login_required
@require_POST
def resend(request: PageRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send a message once more."""
    send_again(get_delivery_for(request.user, webhook_id, delivery_id))
    messages.success(request, "The message is sent again.")
    return redirect("gallery:webhook", webhook_id)
