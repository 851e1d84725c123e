"""What inspection, rendering and geocoding found out, filed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from gallery import storage
from gallery.models import Kind, MediaItem, Rendition
from gallery.services.changes import note_change
from gallery.services.dating import FILE_DATE, TAKEN, take_file_date
from gallery.types import MediaFacts, Place, RenderedFile

_FACTS = (
    "width",
    "height",
    "duration_ms",
    "page_count",
    "camera_make",
    "camera_model",
    "lens",
    "latitude",
    "longitude",
    "caption",
    "details",
    *TAKEN,
    *FILE_DATE,
)


@transaction.atomic
def record_facts(item: MediaItem, facts: MediaFacts) -> None:
    """File what the file says of itself; what the owner wrote is not overwritten."""
    # The owner may have edited the item while its file was looked at, and may be about to.
    item.refresh_from_db(from_queryset=MediaItem.objects.select_for_update(no_key=True))
    item.width, item.height = facts.width, facts.height
    item.duration_ms, item.page_count = facts.duration_ms, facts.page_count
    item.camera_make, item.camera_model = facts.camera_make[:100], facts.camera_model[:100]
    item.lens = facts.lens[:150]
    if facts.coordinates:
        item.latitude = facts.coordinates.latitude
        item.longitude = facts.coordinates.longitude
    item.caption = item.caption or (facts.description or facts.title)[:10_000]
    item.details = _details(facts)
    take_file_date(item, facts)
    item.save(update_fields=_FACTS)
    note_change(item.owner_id, [item.pk])


def _details(facts: MediaFacts) -> dict[str, object]:
    shown: dict[str, object] = dict(facts.details)
    extras = {
        "title": facts.title,
        "keywords": list(facts.keywords),
        "rating": facts.rating,
        "video_codec": facts.video_codec,
        "audio_codec": facts.audio_codec,
    }
    return shown | {name: value for name, value in extras.items() if value}


@transaction.atomic
def record_place(item: MediaItem, place: Place | None) -> None:
    """File where the item was taken, or that nobody lives near there."""
    place = place or Place()
    MediaItem.objects.filter(pk=item.pk).update(
        city=place.city[:120],
        region=place.region[:120],
        country=place.country[:120],
        country_code=place.country_code[:2],
    )
    note_change(item.owner_id, [item.pk])


def store_renditions(item: MediaItem, files: Sequence[RenderedFile]) -> list[Rendition]:
    """Put derived files into the store; returns unsaved rows for ``record_renditions``.

    Outside any transaction: an upload to an object store can take long.
    """
    return [_stored(item, file) for file in files]


def _stored(item: MediaItem, file: RenderedFile) -> Rendition:
    version = uuid4().hex[:16]
    path = Path(file.path)
    key = storage.rendition_key(item.owner_id, item.pk, f"{file.name}-{version}{path.suffix}")
    storage.put_file(key, path)
    return Rendition(
        item=item,
        name=file.name,
        key=key,
        version=version,
        content_type=file.content_type,
        width=file.width,
        height=file.height,
        size_bytes=file.size_bytes,
        start_ms=file.start_ms,
        end_ms=file.end_ms,
    )


@transaction.atomic
def record_renditions(renditions: Sequence[Rendition], *, replaced: QuerySet[Rendition]) -> None:
    """Put the rows in the place of ``replaced``, whose files go after the commit."""
    keys = list(replaced.values_list("key", flat=True))
    replaced.delete()
    Rendition.objects.bulk_create(renditions)
    transaction.on_commit(lambda: storage.delete_stored(keys))


def is_page_like(item: MediaItem) -> bool:
    """True when the item is looked at page by page."""
    return item.kind == Kind.DOCUMENT or (item.page_count or 0) > 1
