"""The engines, and which of them is in use."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from search.backends.base import SearchBackend
from search.backends.embedded import EmbeddedBackend


def get_backend() -> SearchBackend:
    """Return the engine that ``PIXTRACT_SEARCH_BACKEND`` names."""
    return _embedded(settings.PIXTRACT_INDEX_DIR)


@cache
def _embedded(root: Path) -> EmbeddedBackend:
    return EmbeddedBackend(root)
