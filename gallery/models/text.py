"""Text that was read on a page, a picture or a frame of a video."""

from __future__ import annotations

from django.db import models

from gallery.models.media import MediaItem


class TextPage(models.Model):
    """One page's text.

    ``lines`` is ``[{"text", "confidence", "box": [left, top, width, height],
    "words": [{"text", "confidence", "box"}]}]`` in reading order. ``start_ms`` and
    ``end_ms`` are set for frames of a video.
    """

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="text_pages")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=20)
    rotation = models.SmallIntegerField(default=0)
    lines = models.JSONField(default=list)
    start_ms = models.PositiveIntegerField(null=True, blank=True)
    end_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="gallery_textpage_unique"),
        ]

    def __str__(self) -> str:
        return f"page {self.number} of {self.item_id}"

    @property
    def text(self) -> str:
        return "\n".join(line["text"] for line in self.lines)
