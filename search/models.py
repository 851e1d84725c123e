"""The outbox: what the index has yet to learn."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class OutboxEntry(models.Model):
    """An item that changed, or without ``item_id`` a library that must be indexed anew.

    Written in the transaction of the change and deleted once the index has it. It names
    no rows by foreign key: an item that is gone for good must still leave the index.
    """

    owner_id = models.UUIDField()
    item_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "outbox entry"
        verbose_name_plural = "outbox entries"
        indexes = [
            models.Index(fields=["next_try", "id"], name="search_outbox_next"),
            models.Index(fields=["owner_id"], name="search_outbox_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id or 'everything'} of {self.owner_id}"
