"""What every page knows about its request."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import User

MAX_IDS = 500


class PageRequest(HttpRequest):
    """A request of somebody who is logged in; views wear ``login_required``."""

    user: User
    htmx: HtmxDetails


def back_to(request: HttpRequest, fallback: str, *args: object) -> HttpResponseRedirect:
    """Redirect to the page that the form came from, when that is one of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else resolve_url(fallback, *args))


def ids_in(data: QueryDict, name: str = "ids") -> list[UUID]:
    """The ids that were sent under ``name``, joined by commas or one by one; at most 500."""
    parts = [part for value in data.getlist(name) for part in value.split(",")]
    return [found for part in parts[:MAX_IDS] if (found := _uuid(part)) is not None]


def counted(count: int, done: str) -> str:
    """Like "3 items archived."."""
    return f"{count} {'item' if count == 1 else 'items'} {done}."


def whole_number(text: str, default: int, *, lowest: int = 0, highest: int = 2**31 - 1) -> int:
    """The number in ``text``, kept within the bounds, or ``default``."""
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return default
    return min(max(int(text), lowest), highest)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
