"""From ids that an engine found to items with the reasons for them."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from gallery.models import MediaItem
from gallery.queries import library_of
from search.matching import Matcher
from search.outbox import enqueue
from search.results import Hit
from search.types import FoundId


def load_hits(user: User, ids: Sequence[FoundId], matcher: Matcher) -> tuple[Hit, ...]:
    """Load what was found through the user's own library, in the order of the engine."""
    wanted = [found.id for found in ids]
    loaded = library_of(user).filter(pk__in=wanted).defer("details").order_by()
    items: dict[object, MediaItem] = {
        item.pk: item for item in loaded.prefetch_related("document_fields")
    }
    ghosts = [item_id for item_id in wanted if item_id not in items]
    if ghosts:
        enqueue(user.pk, ghosts)
    present = [found for found in ids if found.id in items]
    reasons = matcher.explain([items[found.id] for found in present])
    pairs = zip(present, reasons, strict=True)
    return tuple(Hit(items[found.id], found.tier, matches) for found, matches in pairs)
