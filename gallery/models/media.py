"""The media item: one original that a user gave us, and what is known about it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from gallery.types import Coordinates, DateSource


class Kind(models.TextChoices):
    """The family of the file; it never changes."""

    PHOTO = "photo", "Photo"
    VIDEO = "video", "Video"
    DOCUMENT = "document", "Document"


class DocumentType(models.TextChoices):
    """What a page turned out to be, derived from its text and labels."""

    RECEIPT = "receipt", "Receipt"
    INVOICE = "invoice", "Invoice"
    FORM = "form", "Form"
    LETTER = "letter", "Letter"
    NOTES = "notes", "Notes"
    SCREENSHOT = "screenshot", "Screenshot"
    PAGE = "page", "Page of text"


class MediaItem(models.Model):
    """One original. ``taken_local`` is wall-clock time at the place of capture, kept as if UTC.

    It is the one date that everything goes by; ``taken_source`` is a DateSource. As long as it
    is the owner's, ``file_date_source`` says where the file's own date is from: "added" for a
    file that tells none, nothing for one that was not asked. Else these three are empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="media"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    document_type = models.CharField(
        max_length=12, choices=DocumentType.choices, blank=True, default=""
    )

    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=10)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    original_key = models.CharField(max_length=255)
    sidecar_key = models.CharField(max_length=255, blank=True, default="")

    caption = models.TextField(blank=True, default="")
    favorite = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)
    trashed_at = models.DateTimeField(null=True, blank=True)

    added_at = models.DateTimeField(auto_now_add=True)
    taken_local = models.DateTimeField()
    taken_offset = models.SmallIntegerField(null=True, blank=True, help_text="Minutes east of UTC")
    taken_source = models.CharField(max_length=12, default=DateSource.ADDED)
    file_date_local = models.DateTimeField(null=True, blank=True)
    file_date_offset = models.SmallIntegerField(null=True, blank=True)
    file_date_source = models.CharField(max_length=12, blank=True, default="")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    camera_make = models.CharField(max_length=100, blank=True, default="")
    camera_model = models.CharField(max_length=100, blank=True, default="")
    lens = models.CharField(max_length=150, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    city = models.CharField(max_length=120, blank=True, default="")
    region = models.CharField(max_length=120, blank=True, default="")
    country = models.CharField(max_length=120, blank=True, default="")
    country_code = models.CharField(max_length=2, blank=True, default="")
    details = models.JSONField(default=dict, blank=True)

    has_text = models.BooleanField(default=False)
    labels_model = models.CharField(max_length=100, blank=True, default="")
    labels_analyzed_at = models.DateTimeField(null=True, blank=True)
    text_analyzed_at = models.DateTimeField(null=True, blank=True)

    search_version = models.PositiveBigIntegerField(default=1)
    indexed_version = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-taken_local", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "sha256"], name="gallery_media_unique_bytes"),
        ]
        indexes = [
            models.Index(
                fields=["owner", "trashed_at", "-taken_local", "-id"], name="gallery_media_timeline"
            ),
            models.Index(fields=["owner", "kind", "-taken_local"], name="gallery_media_kind"),
            models.Index(fields=["-added_at"], name="gallery_media_added"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def coordinates(self) -> Coordinates | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Coordinates(self.latitude, self.longitude)

    @property
    def is_trashed(self) -> bool:
        return self.trashed_at is not None

    @property
    def camera_name(self) -> str:
        """Maker and model; most models already begin with their maker."""
        make, model = self.camera_make.strip(), self.camera_model.strip()
        return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()

    @property
    def place_name(self) -> str:
        """City, region and country, as far as they are known and differ."""
        parts = dict.fromkeys((self.city, self.region, self.country))
        return ", ".join(part for part in parts if part)
