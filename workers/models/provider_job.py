"""Files that a provider is still busy with."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from workers.models.ledger import Spend
from workers.models.result import Question


class ProviderJob(Question):
    """A question that is answered later. Written before the provider is asked.

    The token is made of the key and ``generation``, so that asking again after a crash
    starts nothing twice; an expired job is started anew as the next generation.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="provider_jobs"
    )
    provider = models.CharField(max_length=20)
    provider_job_id = models.CharField(max_length=128, blank=True, default="", db_index=True)
    generation = models.PositiveSmallIntegerField(default=1)
    spend = models.OneToOneField(
        Spend, null=True, on_delete=models.SET_NULL, related_name="provider_job"
    )
    started_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "sha256", "part", "specification", "operation", "parameters"],
                name="workers_provider_job_unique_question",
            ),
        ]
