"""What engines answered, kept so that nothing is ever asked twice."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Question(models.Model):
    """What exactly is asked about which bytes: six columns that are a key together.

    ``part`` is the page (1...) or, for videos, the frame's time in milliseconds, 0 for
    whole files; ``specification`` names how the engine's input was made from the original;
    ``parameters`` is the hash of everything else that shapes the answer.
    """

    KEY: ClassVar[tuple[str, ...]] = (
        "owner",
        "sha256",
        "part",
        "specification",
        "operation",
        "parameters",
    )

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    sha256 = models.CharField(max_length=64)
    part = models.PositiveIntegerField()
    specification = models.CharField(max_length=40)
    operation = models.CharField(max_length=40)
    parameters = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.operation} of {self.sha256[:12]} part {self.part}"


class AnalysisResult(Question):
    """A raw answer, compressed."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="analysis_results"
    )
    model_version = models.CharField(max_length=100)
    units = models.PositiveIntegerField(default=0)
    raw = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "sha256", "part", "specification", "operation", "parameters"],
                name="workers_result_unique_question",
            ),
        ]
