"""What engines answered, kept so that nothing is ever asked twice."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AnalysisResult(models.Model):
    """A raw answer, compressed. Its key says exactly what was asked about which bytes.

    ``part`` is the page (1...) or, for videos, the frame's time in milliseconds;
    ``specification`` names how the engine's input was made from the original;
    ``parameters`` is the hash of everything else that shapes the answer.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="analysis_results"
    )
    sha256 = models.CharField(max_length=64)
    part = models.PositiveIntegerField()
    specification = models.CharField(max_length=40)
    operation = models.CharField(max_length=40)
    parameters = models.CharField(max_length=64)
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

    def __str__(self) -> str:
        return f"{self.operation} of {self.sha256[:12]} part {self.part}"
