"""A user's own API keys: which there are, and the end of one."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts.models import ApiKey, User


def signed_in_user(request: HttpRequest) -> User:
    """The user of a request that ``login_required`` let through; raises Http404 else."""
    if not isinstance(request.user, User):
        raise Http404("Nobody is logged in.")
    return request.user


def live_api_keys(user: User) -> QuerySet[ApiKey]:
    """The user's keys that still open something, newest first."""
    return user.api_keys.filter(revoked_at=None)


def get_api_key_for(user: User, key_id: UUID) -> ApiKey:
    """Return the user's own live key; raises Http404."""
    key = live_api_keys(user).filter(pk=key_id).first()
    if key is None:
        raise Http404("No such key.")
    return key


def revoke_api_key(key: ApiKey) -> None:
    """Make the key useless from now on."""
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
