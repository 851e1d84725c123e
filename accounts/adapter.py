"""How allauth behaves here: who may sign up, and what an unreadable console means for mail."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter with this installation's sign-up policy."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.PIXTRACT_SIGNUP == "open")
