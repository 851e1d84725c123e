"""Derived, rebuildable files: thumb, preview, poster, play, page-0001, frame-000001000."""

from __future__ import annotations

from django.db import models

from gallery.models.media import MediaItem


class Rendition(models.Model):
    """One derived file. ``version`` changes with its bytes, so that URLs may be cached for ever."""

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    version = models.CharField(max_length=16)
    content_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    start_ms = models.PositiveIntegerField(null=True, blank=True)
    end_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["item", "name"], name="gallery_rendition_unique_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.item_id}"
