"""Whether a provider can be called, and how soon."""

from __future__ import annotations

from django.db import models


class ProviderState(models.Model):
    """A provider that was called. While ``paused_at`` is set, nobody calls it.

    At ``probe_at`` one worker may try it again; ``failures`` counts the tries that failed,
    and how long the next one waits.
    """

    provider = models.CharField(max_length=20, unique=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=40, blank=True, default="")
    message = models.CharField(max_length=500, blank=True, default="")
    probe_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.provider}: {self.code or 'in use'}"


class CallPace(models.Model):
    """The bucket of calls of one operation, shared by every worker.

    ``next_at`` is the theoretical time of the next call at an even pace; a call may be
    made some calls' time before it (the burst).
    """

    name = models.CharField(max_length=80, unique=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.next_at}"
