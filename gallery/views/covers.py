"""Pictures on the front of folders."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from gallery.models import MediaCategory, MediaItem
from gallery.views.tiles import Tile, tiles_for

COVERS = 4


def covers_of(items: QuerySet[MediaItem], category_ids: Sequence[UUID]) -> dict[UUID, list[Tile]]:
    """Tiles of the surest few items of each category, in a fixed number of queries."""
    ranked = MediaCategory.objects.filter(category__in=category_ids, item__in=items).annotate(
        place=Window(
            RowNumber(), partition_by=F("category"), order_by=[F("confidence").desc(), F("item")]
        )
    )
    chosen = list(ranked.filter(place__lte=COVERS).values_list("category_id", "item_id"))
    wanted = list({item_id for _, item_id in chosen})
    tiles = {
        tile.item.pk: tile for tile in tiles_for(list(MediaItem.objects.filter(pk__in=wanted)))
    }
    covers: dict[UUID, list[Tile]] = {}
    for category_id, item_id in chosen:
        covers.setdefault(category_id, []).append(tiles[item_id])
    return covers
