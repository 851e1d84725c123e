"""Writes on accounts."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.forms import FirstRunForm
from accounts.models import User


@transaction.atomic
def create_administrator(form: FirstRunForm) -> User:
    """Make the first account out of a valid form: staff, superuser, address verified."""
    user: User = form.save(commit=False)
    user.is_staff = user.is_superuser = True
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
