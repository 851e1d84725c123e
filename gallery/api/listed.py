"""Items in lists, as ItemSerializer describes them: to serialize so many takes longer than
to find them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from django.utils.timezone import localtime

from gallery.addresses import item_api_address, original_address, rendition_address
from gallery.models import MediaItem, Rendition
from gallery.queries import thumbs_of


def items_data(items: Sequence[MediaItem]) -> list[dict[str, Any]]:
    """Items as lists show them; one query for all the thumbs."""
    if not items:
        return []
    thumbs = thumbs_of(item.pk for item in items)
    return [_item(item, thumbs.get(item.pk)) for item in items]


def taken_at(item: MediaItem) -> str:
    """Wall-clock time at the place of capture, with its offset where that is known."""
    moment = item.taken_local.replace(tzinfo=None)
    if item.taken_offset is not None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=item.taken_offset)))
    return moment.isoformat()


def _item(item: MediaItem, thumb: Rendition | None) -> dict[str, Any]:
    return {
        **_stored(item),
        "taken_at": taken_at(item),
        "taken_source": item.taken_source,
        **_circumstances(item),
        "has_text": item.has_text,
        "url": item_api_address(item.pk),
        "original_url": original_address(item.pk),
        "thumb_url": rendition_address(thumb) if thumb else None,
    }


def _stored(item: MediaItem) -> dict[str, Any]:
    return {
        "id": str(item.pk),
        "kind": item.kind,
        "document_type": item.document_type,
        "file_name": item.file_name,
        "content_type": item.content_type,
        "size_bytes": item.size_bytes,
        "sha256": item.sha256,
        "width": item.width,
        "height": item.height,
        "duration_ms": item.duration_ms,
        "page_count": item.page_count,
        "description": item.caption,
        "favorite": item.favorite,
        "archived": item.archived,
        "trashed_at": _moment(item.trashed_at) if item.trashed_at else None,
        "added_at": _moment(item.added_at),
    }


def _circumstances(item: MediaItem) -> dict[str, Any]:
    at = item.coordinates
    return {
        "camera": {
            "make": item.camera_make,
            "model": item.camera_model,
            "lens": item.lens,
        },
        "coordinates": {"latitude": at.latitude, "longitude": at.longitude} if at else None,
        "place": {
            "name": item.place_name,
            "city": item.city,
            "region": item.region,
            "country": item.country,
            "country_code": item.country_code,
        },
    }


def _moment(moment: datetime) -> str:
    """Return a moment in the time zone of the request."""
    written = localtime(moment).isoformat()
    return f"{written.removesuffix('+00:00')}Z" if written.endswith("+00:00") else written
