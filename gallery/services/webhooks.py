"""Writes on webhooks: register, switch on and off, send again, and the accounts of sending."""

from __future__ import annotations

import logging
import random
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from gallery.models import DeliveryState, Webhook, WebhookDelivery

logger = logging.getLogger(__name__)
MAX_WEBHOOKS = 10
PREFIX = "whsec_"
# A message is tried for a day; an address that fails for three is left alone.
EXPIRY = timedelta(days=1)
PATIENCE = timedelta(days=3)
_KEPT = timedelta(days=30)
_LEASE = timedelta(minutes=2)
_FIRST_SECONDS, _LONGEST_SECONDS = 10.0, 3600.0
_PRUNED_AT_ONCE = 1000


class TooManyWebhooks(Exception):
    """The user has as many as one may have."""


class WebhookIsOff(Exception):
    """Nothing is sent to a webhook that is switched off."""


@transaction.atomic
def register_webhook(owner: User, url: str) -> Webhook:
    """Register an address that was checked; its ``secret`` is to be shown now and never again.

    Raises TooManyWebhooks.
    """
    User.objects.select_for_update(no_key=True).filter(pk=owner.pk).first()
    if Webhook.objects.filter(owner=owner).count() >= MAX_WEBHOOKS:
        raise TooManyWebhooks
    secret = PREFIX + secrets.token_urlsafe(32)
    return Webhook.objects.create(owner=owner, url=url, secret=secret)


def set_active(webhook: Webhook, *, active: bool) -> None:
    """Switch a webhook on, with a clean slate, or off."""
    webhook.disabled_at = None if active else timezone.now()
    webhook.disabled_reason = "" if active else "You switched it off."
    webhook.failing_since, webhook.failures, webhook.retry_at = None, 0, None
    webhook.save(
        update_fields=["disabled_at", "disabled_reason", "failing_since", "failures", "retry_at"]
    )


def send_test(webhook: Webhook) -> WebhookDelivery:
    """Put a message without an item into the outbox; raises WebhookIsOff."""
    if not webhook.is_active:
        raise WebhookIsOff
    return WebhookDelivery.objects.create(webhook=webhook, run_at=timezone.now())


@transaction.atomic
def send_again(delivery: WebhookDelivery) -> None:
    """Send a message once more, under its own id, whatever became of it."""
    now = timezone.now()
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.WAITING, run_at=now, attempts=0, created_at=now, error=""
    )
    Webhook.objects.filter(pk=delivery.webhook_id).update(retry_at=None)


def claim_delivery(busy: set[UUID]) -> WebhookDelivery | None:
    """Take the message that waits longest, of a webhook that is not ``busy``; None if none.

    Whoever dies with it loses it after two minutes: it is sent again then.
    """
    now = timezone.now()
    ready = (
        WebhookDelivery.objects.filter(
            state=DeliveryState.WAITING,
            run_at__lte=now,
            webhook__disabled_at=None,
            webhook__owner__is_active=True,
        )
        .exclude(webhook__in=busy)
        .exclude(webhook__retry_at__gt=now)
        .order_by("run_at")
    )
    for pk, run_at in ready.values_list("pk", "run_at")[:8]:
        held = WebhookDelivery.objects.filter(pk=pk, run_at=run_at, state=DeliveryState.WAITING)
        if held.update(run_at=now + _LEASE, attempts=F("attempts") + 1, last_attempt_at=now):
            return _with_everything(pk)
    return None


def _with_everything(pk: UUID) -> WebhookDelivery | None:
    related = ("webhook", "webhook__owner", "item")
    return WebhookDelivery.objects.select_related(*related).filter(pk=pk).first()


@transaction.atomic
def note_delivered(delivery: WebhookDelivery, status: int) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.DELIVERED, status_code=status, error=""
    )
    Webhook.objects.filter(pk=delivery.webhook_id).update(
        failing_since=None, failures=0, retry_at=None
    )


@transaction.atomic
def note_failed(delivery: WebhookDelivery, status: int | None, reason: str) -> bool:
    """Plan the next attempt, or give up; returns whether that switched the webhook off."""
    now = timezone.now()
    expired = now - delivery.created_at > EXPIRY
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FAILED if expired else DeliveryState.WAITING,
        run_at=now + backoff(delivery.attempts),
        status_code=status,
        error=reason[:200],
    )
    webhook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id).first()
    if webhook is None or not webhook.is_active:
        return False
    webhook.failing_since = webhook.failing_since or now
    webhook.failures += 1
    webhook.retry_at = now + backoff(webhook.failures)
    if gave_up := now - webhook.failing_since > PATIENCE:
        _switch_off(webhook, now, reason)
    webhook.save()
    return gave_up


def _switch_off(webhook: Webhook, now: datetime, reason: str) -> None:
    webhook.disabled_at = now
    webhook.disabled_reason = f"It failed for {PATIENCE.days} days, at last with: {reason}"[:300]
    webhook.deliveries.filter(state=DeliveryState.WAITING).update(state=DeliveryState.FAILED)
    logger.warning("webhook switched off", extra={"webhook": webhook.pk})


def backoff(failures: int) -> timedelta:
    """10, 20, 40 ... seconds up to an hour, each shortened at random by up to a fifth."""
    seconds = min(_FIRST_SECONDS * 2.0 ** min(failures - 1, 20), _LONGEST_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.0))  # noqa: S311 - only spreads load


def forget_old_deliveries() -> int:
    """Delete settled messages of more than 30 days ago, a part at a time; returns how many."""
    old = WebhookDelivery.objects.filter(created_at__lt=timezone.now() - _KEPT).exclude(
        state=DeliveryState.WAITING, webhook__disabled_at=None
    )
    part = list(old.values_list("pk", flat=True)[:_PRUNED_AT_ONCE])
    return WebhookDelivery.objects.filter(pk__in=part).delete()[0]
