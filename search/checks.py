"""The search engine must be able to work before anything starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from search.backends import get_backend


@register()
def check_backend(**_: Any) -> list[CheckMessage]:
    """The chosen engine is known, and can keep its index where it is told to."""
    if settings.PIXTRACT_SEARCH_BACKEND != "embedded":
        return [
            Error(
                f"There is no search engine {settings.PIXTRACT_SEARCH_BACKEND!r}.",
                hint="Set PIXTRACT_SEARCH_BACKEND=embedded.",
                id="search.E001",
            )
        ]
    if not get_backend().is_healthy():
        return [
            Error(
                f"The search index cannot be written to {settings.PIXTRACT_INDEX_DIR}.",
                hint="Give the account that runs Pixtract write access, or set PIXTRACT_VAR_DIR.",
                id="search.E002",
            )
        ]
    return []
