"""Who is told when an item is finished, and what became of the telling."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from gallery.models.media import MediaItem


class FinishedItem(models.Model):
    """An item all of whose steps are over: one row, made anew each time that happens.

    Rows of one owner are committed in the order of their ids, so that an id is a cursor
    behind which nothing turns up late.
    """

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="finished_items"
    )
    item = models.OneToOneField(MediaItem, on_delete=models.CASCADE, related_name="finished")
    finished_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "id"], name="gallery_finished_cursor")]

    def __str__(self) -> str:
        return f"{self.item_id} finished"


class Webhook(models.Model):
    """An address of a user's that gets a signed POST for each finished item.

    ``failing_since`` and ``failures`` tell of the row of failures that goes on now;
    ``retry_at`` is when the address is tried again. A webhook with ``disabled_at`` is
    left alone; ``disabled_reason`` says why, for people.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks"
    )
    url = models.CharField(max_length=2000)
    secret = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.url

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


class WebhookDelivery(models.Model):
    """One message to one webhook; its id is the same in every attempt.

    The outbox: made in the transaction that finished the item, sent by the sweeper.
    Without an item it is a test.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    item = models.ForeignKey(
        MediaItem, null=True, on_delete=models.CASCADE, related_name="webhook_deliveries"
    )
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    created_at = models.DateTimeField(auto_now_add=True)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "run_at"], name="gallery_delivery_next"),
            models.Index(fields=["webhook", "-created_at"], name="gallery_delivery_shown"),
        ]

    def __str__(self) -> str:
        return f"{self.id} to {self.webhook_id}: {self.state}"
