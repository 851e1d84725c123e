"""Albums: items that their owner put together, in an order of the owner's own."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from gallery.models.media import MediaItem


class AlbumOrder(models.TextChoices):
    """In which order an album shows its items."""

    NEWEST = "newest", "Newest first"
    OLDEST = "oldest", "Oldest first"
    MANUAL = "manual", "Own order"


class Album(models.Model):
    """A collection made by hand. An item may be in many; none of them owns it.

    ``cover`` is the picture on its front; without one, its first items are.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="albums"
    )
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    ordering = models.CharField(max_length=8, choices=AlbumOrder.choices, default=AlbumOrder.NEWEST)
    cover = models.ForeignKey(
        MediaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    items = models.ManyToManyField(MediaItem, through="AlbumItem", related_name="albums")
    created_at = models.DateTimeField(auto_now_add=True)

    # How many items it shows, where a query counted them.
    item_count: int

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                models.F("owner"), Lower("name"), name="gallery_album_name_any_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AlbumItem(models.Model):
    """An item's place in an album. Places grow with gaps, so that moving changes few rows."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="places")
    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="album_places")
    position = models.BigIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["album", "item"], name="gallery_albumitem_unique"),
        ]
        indexes = [
            models.Index(fields=["album", "position"], name="gallery_albumitem_order"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.album_id}"
