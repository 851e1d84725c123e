"""Receivers only enqueue: what the gallery asks for rings the workers once it is committed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from gallery.models import Lane
from gallery.signals import analysis_requested, media_uploaded, upload_finished
from workers.tasks import ring, ring_for_uploads


@receiver(media_uploaded)
def ring_for_new_media(**_: Any) -> None:
    transaction.on_commit(lambda: ring([Lane.MEDIA]))


@receiver(analysis_requested)
def ring_for_reopened_jobs(**_: Any) -> None:
    transaction.on_commit(lambda: ring([Lane.MEDIA, Lane.ANALYSIS]))


@receiver(upload_finished)
def ring_for_finished_upload(**_: Any) -> None:
    transaction.on_commit(ring_for_uploads)
