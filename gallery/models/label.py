"""Labels: the taxonomy's words, what was seen on an item, and what its owner said of that."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from gallery.models.category import Category
from gallery.models.media import MediaItem


class Label(models.Model):
    """A word of the taxonomy. ``owner`` is empty for those that everybody has.

    ``parents`` holds every ancestor. ``threshold`` (0-100), where set, overrides
    the confidence from which the label is shown. ``key`` is the folded name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="labels",
    )
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    parents = models.ManyToManyField("self", symmetrical=False, related_name="children", blank=True)
    aliases = models.JSONField(default=list, blank=True)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="labels"
    )
    hidden = models.BooleanField(default=False)
    threshold = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(owner__isnull=True),
                name="gallery_label_unique_shared",
            ),
            models.UniqueConstraint(
                fields=["owner", "key"],
                condition=models.Q(owner__isnull=False),
                name="gallery_label_unique_own",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LabelState(models.TextChoices):
    DETECTED = "detected", "Detected"
    CONFIRMED = "confirmed", "Confirmed"
    REJECTED = "rejected", "Rejected"


class MediaLabel(models.Model):
    """A label on an item: a projection of the engine's answer and the owner's corrections.

    ``instances`` is ``[{"box": [left, top, width, height], "confidence": 0-100}]``,
    ``moments`` is ``[{"start_ms": int, "end_ms": int, "confidence": 0-100}]``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="labels")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="media_labels")
    confidence = models.FloatField()
    source = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=LabelState.choices, default=LabelState.DETECTED)
    instances = models.JSONField(default=list, blank=True)
    moments = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-confidence"]
        constraints = [
            models.UniqueConstraint(fields=["item", "label"], name="gallery_medialabel_unique"),
        ]
        indexes = [
            models.Index(fields=["label", "-confidence"], name="gallery_medialabel_label"),
        ]

    def __str__(self) -> str:
        return f"{self.label_id} on {self.item_id}"


class Verdict(models.TextChoices):
    CONFIRM = "confirm", "Confirmed"
    REJECT = "reject", "Rejected"
    ADD = "add", "Added"


class Correction(models.Model):
    """What the owner said of a label on an item. It outlives every analysis."""

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="corrections")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="corrections")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "label"], name="gallery_correction_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.label_id} on {self.item_id}"
