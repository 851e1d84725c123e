"""What the gallery does when a user changes their account, or is deleted."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import confidence_changed
from gallery.models import MediaItem
from gallery.services.changes import held_ids
from gallery.services.curation import sort_again


@receiver(confidence_changed, dispatch_uid="gallery.sort_again")
def sort_by_new_confidence(user: User, **_: Any) -> None:
    sort_again(user)


@receiver(pre_delete, sender=User, dispatch_uid="gallery.hold_items")
def hold_items(instance: User, **_: Any) -> None:
    """Take the items before what belongs to them, as all other writers do.

    A change that has its item, and waits for the item's job, would wait for the deletion.
    """
    held_ids(MediaItem.objects.filter(owner=instance))
