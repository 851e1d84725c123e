"""What the gallery does when a user changes their account."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import confidence_changed
from gallery.services.curation import sort_again


@receiver(confidence_changed, dispatch_uid="gallery.sort_again")
def sort_by_new_confidence(user: User, **_: Any) -> None:
    sort_again(user)
