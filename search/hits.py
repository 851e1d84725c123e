"""From ids that an engine found to items with the reasons for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from accounts.models import User
from gallery.by_id import present
from gallery.models import MediaItem
from search.evidence import Evidence
from search.matching import Matcher
from search.outbox import enqueue
from search.results import Hit
from search.types import FoundId

# Ids, and what explains why they were found.
Found = tuple[Sequence[FoundId], Matcher]

# To read these of every hit takes time, and no list shows them.
_NOT_SHOWN = ("details", "labels_model", "labels_analyzed_at", "text_analyzed_at")


def load_hits(user: User, groups: Sequence[Found]) -> list[tuple[Hit, ...]]:
    """Load what was found through the user's own library, in the order of the engine.

    What several questions found is read together, and given back for each of them.
    """
    wanted = [found.id for ids, _ in groups for found in ids]
    if not wanted:
        return [() for _ in groups]
    loaded = present(user.pk, wanted).defer(*_NOT_SHOWN).order_by()
    items = {item.pk: item for item in loaded.prefetch_related("document_fields")}
    if ghosts := [item_id for item_id in wanted if item_id not in items]:
        enqueue(user.pk, ghosts)
    evidence = Evidence(items.values())
    return [tuple(_hits(items, ids, matcher, evidence)) for ids, matcher in groups]


def _hits(
    items: Mapping[UUID, MediaItem], ids: Sequence[FoundId], matcher: Matcher, evidence: Evidence
) -> Iterator[Hit]:
    present = [found for found in ids if found.id in items]
    reasons = matcher.explain([items[found.id] for found in present], evidence)
    for found, matches in zip(present, reasons, strict=True):
        yield Hit(items[found.id], found.tier, matches)
