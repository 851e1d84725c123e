"""What is still being worked on, of all that a user has."""

from __future__ import annotations

from django.db.models import QuerySet

from gallery.models import Job, JobState, MediaItem, Step
from gallery.queries import Viewer, library_of


def pending_items(user: Viewer) -> QuerySet[MediaItem]:
    """Items of the library for which something is still waiting or running."""
    return library_of(user).filter(pk__in=_open_jobs(user).values("item"))


def count_pending(user: Viewer) -> int:
    """Return how many those are."""
    jobs = _open_jobs(user).filter(item__trashed_at=None)
    return jobs.order_by().values("item_id").distinct().count()


def _open_jobs(user: Viewer) -> QuerySet[Job]:
    """What waits or runs for the user's items, the trash included; indexing left out."""
    open_jobs = Job.objects.filter(state__in=(JobState.WAITING, JobState.RUNNING))
    return open_jobs.filter(item__owner=user.pk).exclude(step=Step.INDEX)
