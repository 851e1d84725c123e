"""Jobs: what is still to come for an item. This table is the truth; the broker is the doorbell."""

from __future__ import annotations

from django.db import models

from gallery.models.media import MediaItem


class Step(models.TextChoices):
    INSPECT = "inspect", "Inspect"
    RENDER = "render", "Make previews"
    TRANSCODE = "transcode", "Make it playable"
    LABEL = "label", "Find labels"
    READ = "read", "Read text"
    PLACE = "place", "Find the place"
    CATEGORIZE = "categorize", "Sort into categories"
    EXTRACT = "extract", "Find fields and tables"
    INDEX = "index", "Make it findable"


class JobState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"


class Lane(models.TextChoices):
    """Which workers take a job: quick media work, engines, or the search indexer."""

    MEDIA = "media", "Media"
    ANALYSIS = "analysis", "Analysis"
    INDEX = "index", "Index"


class Job(models.Model):
    """One step of one item.

    A waiting job with an empty ``run_at`` waits for the steps it needs. A running one
    is held by ``lease_token`` until ``lease_until``; whoever holds another token has lost it.
    A done one with an ``error_code`` is done in part: the message says what is missing.
    """

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="jobs")
    step = models.CharField(max_length=12, choices=Step.choices)
    lane = models.CharField(max_length=10, choices=Lane.choices)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    priority = models.PositiveSmallIntegerField(default=50)
    run_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    # Somebody asked for it by hand: gates that save money let it pass.
    wanted = models.BooleanField(default=False)
    # Since when it is put off for a reason that is not its own and must end some day.
    held_since = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.CharField(max_length=500, blank=True, default="")
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "step"], name="gallery_job_unique_step"),
        ]
        indexes = [
            models.Index(fields=["state", "lane", "priority", "run_at"], name="gallery_job_next"),
            models.Index(fields=["state", "lease_until"], name="gallery_job_leases"),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.item_id}: {self.state}"
