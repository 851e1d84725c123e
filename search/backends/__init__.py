"""The engines, and which of them is in use."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from search.backends.base import SearchBackend
from search.backends.embedded import EmbeddedBackend


def get_backend() -> SearchBackend:
    """Return the engine that ``PIXTRACT_SEARCH_BACKEND`` names."""
    if settings.PIXTRACT_SEARCH_BACKEND == "opensearch":
        return _opensearch(tuple(settings.PIXTRACT_OPENSEARCH.items()))
    return _embedded(settings.PIXTRACT_INDEX_DIR)


@cache
def _embedded(root: Path) -> EmbeddedBackend:
    return EmbeddedBackend(root)


@cache
def _opensearch(server: tuple[tuple[str, str | int], ...]) -> SearchBackend:
    # The clients of OpenSearch and AWS take a third of a second and memory that others need not.
    from search.backends.opensearch import OpenSearchBackend
    from search.backends.opensearch_client import Server

    return OpenSearchBackend.at(Server(**dict(server)))  # type: ignore[arg-type]  # names as in settings
