"""Pictures on the front of folders."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from gallery.models import MediaCategory, MediaItem
from gallery.views.tiles import Tile, tiles_for

COVERS = 4
_RECENT = 400


def covers_of(items: QuerySet[MediaItem], category_ids: Sequence[UUID]) -> dict[UUID, list[Tile]]:
    """Tiles of a few items of each category, in a fixed number of queries.

    Ranking a whole large library takes seconds, so the newest items are asked first, and
    all of them only for the categories that those do not fill.
    """
    chosen = _surest(items.order_by("-taken_local", "-id")[:_RECENT], category_ids)
    rare = [pk for pk in category_ids if len(chosen.get(pk, ())) < COVERS]
    chosen |= _surest(items, rare)
    wanted = {item_id for item_ids in chosen.values() for item_id in item_ids}
    found = list(MediaItem.objects.filter(pk__in=wanted))
    tiles = {tile.item.pk: tile for tile in tiles_for(found)}
    return {pk: [tiles[item_id] for item_id in item_ids] for pk, item_ids in chosen.items()}


def _surest(items: QuerySet[MediaItem], category_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    ranked = MediaCategory.objects.filter(category__in=category_ids, item__in=items).annotate(
        place=Window(
            RowNumber(), partition_by=F("category"), order_by=[F("confidence").desc(), F("item")]
        )
    )
    surest: dict[UUID, list[UUID]] = {}
    for category_id, item_id in ranked.filter(place__lte=COVERS).values_list("category", "item"):
        surest.setdefault(category_id, []).append(item_id)
    return surest
