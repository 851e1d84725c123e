"""How often a password may be tried."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class TokenByAddress(SimpleRateThrottle):
    """From one address."""

    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"throttle-token-address-{self.get_ident(request)}"


class TokenByName(SimpleRateThrottle):
    """For one account, from wherever."""

    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        sent: Any = request.data
        name = sent.get("username") if hasattr(sent, "get") else None
        if not isinstance(name, str):
            return None
        digest = hashlib.sha256(name.casefold().encode("utf-8", "replace")).hexdigest()
        return f"throttle-token-name-{digest}"
