"""Request-wide facts about the account: its time zone, and whether anybody has one yet."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedRedirect
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone

from accounts.first_run import installation_is_empty

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LongAddressMiddleware:
    """Lets those sign in whose address is too long to come back to: they begin anew."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if not isinstance(exception, DisallowedRedirect) or request.user.is_authenticated:
            return None
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


class UserTimeZoneMiddleware:
    """Shows times in the zone that the user chose."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = getattr(request.user, "time_zone", "")
        with timezone.override(zoneinfo.ZoneInfo(name) if name else None):
            return self.get_response(request)


class FirstRunMiddleware:
    """Sends the first visitor of an empty installation to make the administrator's account."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        target = reverse("accounts:first-run")
        if _is_page(request.path) and request.path != target and installation_is_empty():
            return HttpResponseRedirect(target)
        return self.get_response(request)


def _is_page(path: str) -> bool:
    return not path.startswith(("/static/", "/api/", "/health/", "/metrics"))
