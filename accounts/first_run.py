"""The first account of an installation: made from the own machine, or with a one-time token."""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
_state = {"has_users": False}


def installation_is_empty() -> bool:
    """True until the first account exists. Only the answer "no" is remembered."""
    if not _state["has_users"] or settings.TESTING:
        _state["has_users"] = User.objects.exists()
    return not _state["has_users"]


def comes_from_this_machine(request: HttpRequest) -> bool:
    """True for a direct loopback connection; behind a proxy every client looks local."""
    if any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def first_run_token() -> str:
    """The token that the console shows, for a first visitor from elsewhere."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"pixtract.first-run", "sha256")
    return digest.hexdigest()[:24]


def token_is_right(token: str) -> bool:
    return hmac.compare_digest(token.strip().encode(), first_run_token().encode())
