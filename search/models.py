"""What the index has yet to learn, and the searches that people keep."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

# Before any clock: what is due at once must not wait where another machine's clock is ahead.
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)


class OutboxEntry(models.Model):
    """An item that changed, or without ``item_id`` a library that must be indexed anew.

    Written in the transaction of the change and deleted once the index has it. It names
    no rows by foreign key: an item that is gone for good must still leave the index.
    """

    owner_id = models.UUIDField()
    item_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try = models.DateTimeField(default=AT_ONCE)
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


class SavedSearch(models.Model):
    """A search that its owner keeps: an album that fills itself.

    ``chosen`` holds ``[facet, value]`` pairs; without ``min_confidence`` the owner's own counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=100)
    text = models.CharField(max_length=2000, blank=True, default="")
    min_confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    sort = models.CharField(max_length=10, default="relevance")
    chosen = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="search_saved_unique_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RecentSearch(models.Model):
    """What its owner typed and searched for of late; ``search.recents`` keeps few of them."""

    MAX_LENGTH: ClassVar[int] = 500

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recent_searches"
    )
    text = models.CharField(max_length=MAX_LENGTH)
    searched_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "recent searches"
        constraints = [
            models.UniqueConstraint(fields=["owner", "text"], name="search_recent_unique_text"),
        ]

    def __str__(self) -> str:
        return self.text
