"""Who is asking: ``Authorization: Bearer <token>``, and the signed-in user of a request."""

from __future__ import annotations

from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from accounts.models import User
from accounts.tokens import user_for_token


class BearerAuthentication(BaseAuthentication):
    """Authenticates by API key; never reads the body."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        user = user_for_token(token.strip())
        if user is None:
            raise AuthenticationFailed("This token is unknown, revoked or expired.")
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="pixtract"'


class CookieAuthentication(SessionAuthentication):
    """The session of a page; writes need its CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(str(error.detail), "csrf_failed") from error


def signed_in(request: Request) -> User:
    """Return the user who asks; raises NotAuthenticated for anybody else."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
