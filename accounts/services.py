"""Writes on accounts."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from accounts.signals import confidence_changed


def note_confidence(user: User, before: int) -> None:
    """Tell whoever files by it when the user's confidence is no more what it was before."""
    if user.shown_confidence != before:
        confidence_changed.send(sender=User, user=user)


@transaction.atomic
def create_administrator(user: User) -> User:
    """Save the first account, not yet saved, as staff and superuser with a verified address."""
    user.is_staff = user.is_superuser = True
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
