"""Bearer tokens: made once, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from accounts.models import ApiKey, User

PREFIX = "px_"
_USED_RESOLUTION = timedelta(minutes=1)


def create_api_key(user: User, name: str) -> tuple[ApiKey, str]:
    """Make a key for ``user``; returns it with the token, which cannot be shown again."""
    token = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        user=user, name=name[:100], prefix=token[:10], token_hash=_hash(token)
    )
    return key, token


def user_for_token(token: str) -> User | None:
    """Return the active user whose unrevoked key this is."""
    key = (
        ApiKey.objects.select_related("user")
        .filter(token_hash=_hash(token), revoked_at=None, user__is_active=True)
        .first()
    )
    if key is None:
        return None
    _note_use(key)
    return key.user


def _note_use(key: ApiKey) -> None:
    # A write for each request would make every read of the API a write on SQLite.
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > _USED_RESOLUTION:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
