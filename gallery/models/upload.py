"""An upload on its way: what a client announced, and how far its verification is."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from gallery.models.media import MediaItem


class UploadState(models.TextChoices):
    UPLOADING = "uploading", "Uploading"
    VERIFYING = "verifying", "Being checked"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Upload(models.Model):
    """One file that arrives in parts. Its item, once there is one, may have the same id.

    Size, type and hash are the client's claims until the state is ``done``. A verification
    that runs is held by ``lease_token`` until ``lease_until``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    file_name = models.CharField(max_length=255)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    caption = models.TextField(blank=True, default="")
    taken_at = models.CharField(max_length=40, blank=True, default="")
    sidecar = models.BinaryField(blank=True, default=b"")

    key = models.CharField(max_length=255)
    part_bytes = models.PositiveBigIntegerField(help_text="0: sent in one piece")
    multipart_id = models.CharField(max_length=1024, blank=True, default="")

    state = models.CharField(
        max_length=10, choices=UploadState.choices, default=UploadState.UPLOADING
    )
    item = models.ForeignKey(
        MediaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    duplicate = models.BooleanField(default=False)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.CharField(max_length=500, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField()

    restored = False
    """Not stored: told in the answer to the announcement that took the item out of the trash."""

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            # The same file, announced twice, goes on where it was.
            models.UniqueConstraint(
                fields=["owner", "sha256"],
                condition=models.Q(state__in=["uploading", "verifying"]),
                name="gallery_upload_unique_open",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "run_at"], name="gallery_upload_next"),
            models.Index(fields=["touched_at"], name="gallery_upload_touched"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"
