"""Receivers only enqueue, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import User
from gallery.signals import media_changed, media_deleted
from search.outbox import enqueue, note_library


@receiver([media_changed, media_deleted])
def enqueue_changed_media(*, item_ids: Sequence[UUID], owner_id: UUID, **_: Any) -> None:
    enqueue(owner_id, item_ids)


@receiver(post_delete, sender=User)
def enqueue_gone_owner(*, instance: User, **_: Any) -> None:
    note_library(instance.pk)
