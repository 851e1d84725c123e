"""Categories: folders that fill themselves, or that a user made."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from gallery.models.media import MediaItem


class CategoryState(models.TextChoices):
    SUGGESTED = "suggested", "Suggested"
    ACCEPTED = "accepted", "Accepted"
    DISMISSED = "dismissed", "Dismissed"


class Category(models.Model):
    """A group of labels. ``owner`` is empty for those that everybody has."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="categories",
    )
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=110)
    state = models.CharField(
        max_length=10, choices=CategoryState.choices, default=CategoryState.ACCEPTED
    )

    # How many of a user's items it holds, where a query counted them.
    item_count: int

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                condition=models.Q(owner__isnull=True),
                name="gallery_category_unique_shared",
            ),
            models.UniqueConstraint(
                fields=["owner", "slug"],
                condition=models.Q(owner__isnull=False),
                name="gallery_category_unique_own",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MediaCategory(models.Model):
    """Membership of an item in a category: a projection, rebuilt from labels and corrections."""

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="memberships")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="memberships")
    confidence = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "category"], name="gallery_membership_unique_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.category_id}"
