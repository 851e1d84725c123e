"""Addresses that a page or an answer gives by the hundred.

Each kind is worked out once, and the item's id is put in its place: asking Django for the
same address with another id again and again takes longer than to find the items.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

from gallery.models import Rendition

_ANY = UUID(int=0)


def item_address(item_id: UUID) -> str:
    """Return where pages show the item."""
    return _filled("gallery:item", item_id)


def item_api_address(item_id: UUID) -> str:
    """Return where the API tells of the item."""
    return _filled("api:media-detail", item_id)


def original_address(item_id: UUID) -> str:
    """Return where the bytes are that were uploaded."""
    return _filled("api:media-original", item_id)


def rendition_address(rendition: Rendition) -> str:
    """Return the address under which this very version may be cached for ever."""
    path = _filled("api:rendition", rendition.item_id, rendition.name)
    return f"{path}?v={rendition.version}"


def _filled(view: str, item_id: UUID, *rest: str) -> str:
    before, after = _around(get_script_prefix(), view, *rest)
    return f"{before}{item_id}{after}"


@lru_cache(maxsize=2_000)
def _around(_script_prefix: str, view: str, *rest: str) -> tuple[str, str]:
    """Return what stands before and behind the id; it differs by where the product is mounted."""
    before, _, after = reverse(view, args=[_ANY, *rest]).partition(str(_ANY))
    return before, after
