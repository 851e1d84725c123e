"""Objects that users put straight into the bucket, and what became of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gallery.models.media import MediaItem


class DropOutcome(models.TextChoices):
    IMPORTED = "imported", "Imported"
    DUPLICATE = "duplicate", "There already"
    REFUSED = "refused", "Left in place"


class DroppedObject(models.Model):
    """One version of an object that was looked at, so that it is not looked at again.

    ``mark`` changes with every write of the object. Without an owner the object lies in the
    folder of nobody; ``reason`` says for people why it was left in place.
    """

    bucket = models.CharField(max_length=255)
    key = models.CharField(max_length=1024)
    mark = models.CharField(max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="dropped_objects",
    )
    item = models.ForeignKey(MediaItem, null=True, on_delete=models.SET_NULL, related_name="drops")
    outcome = models.CharField(max_length=10, choices=DropOutcome.choices)
    reason = models.CharField(max_length=300, blank=True, default="")
    noted_at = models.DateTimeField(auto_now_add=True)
    dismissed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-noted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["bucket", "key", "mark"], name="gallery_drop_unique_version"
            ),
        ]
        indexes = [models.Index(fields=["owner", "outcome"], name="gallery_drop_reports")]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.key.rpartition("/")[2] or self.key
