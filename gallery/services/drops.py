"""What became of objects in the bucket drop: noted once, shown until dismissed."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from gallery.models import DropOutcome, DroppedObject, MediaItem


def is_noted(bucket: str, key: str, mark: str) -> bool:
    """Whether this version of the object was looked at."""
    return DroppedObject.objects.filter(bucket=bucket, key=key, mark=mark).exists()


def note_taken(
    bucket: str, key: str, mark: str, item: MediaItem, *, duplicate: bool
) -> DroppedObject:
    """Note an import; what was said of earlier versions of the object is settled by it."""
    DroppedObject.objects.filter(bucket=bucket, key=key).update(dismissed=True)
    return DroppedObject.objects.update_or_create(
        bucket=bucket,
        key=key,
        mark=mark,
        defaults={
            "owner_id": item.owner_id,
            "item": item,
            "outcome": DropOutcome.DUPLICATE if duplicate else DropOutcome.IMPORTED,
        },
    )[0]


def note_left(bucket: str, key: str, mark: str, owner: User | None, reason: str) -> DroppedObject:
    """Note why an object is left in place; ``owner`` None reports it to administrators."""
    DroppedObject.objects.filter(bucket=bucket, key=key).update(dismissed=True)
    return DroppedObject.objects.update_or_create(
        bucket=bucket,
        key=key,
        mark=mark,
        defaults={
            "owner": owner,
            "outcome": DropOutcome.REFUSED,
            "reason": reason[:300],
            "dismissed": False,
        },
    )[0]


def reports_for(user: User) -> QuerySet[DroppedObject]:
    """What lies in the user's folder and cannot be imported, newest first."""
    return DroppedObject.objects.filter(
        owner=user, outcome=DropOutcome.REFUSED, dismissed=False
    ).order_by("-noted_at")


def dismiss_reports(user: User) -> int:
    """Show the user's reports no more; returns how many."""
    return reports_for(user).update(dismissed=True)
