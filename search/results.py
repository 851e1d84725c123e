"""What a search gives back, for pages and API alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from gallery.models import MediaItem
from search.types import Facets, Match, Notice, Query, Relation, Tier


@dataclass(frozen=True, slots=True)
class Hit:
    """A found item, how well it fits, and why it was found."""

    item: MediaItem
    tier: Tier
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class EmptyHelp:
    """What helps when nothing was found.

    ``hidden_count`` items match by labels that the chosen confidence hides;
    ``near_labels`` are labels of the taxonomy that resemble the words.
    """

    item_count: int
    hidden_count: int
    near_labels: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results.

    ``total`` counts all of them; ``next_cursor`` is empty on the last page; ``pending``
    counts items of the library that are not fully analyzed yet. ``related`` comes after the
    last page: what the query does not say, but has to do with; ``relations`` say why.
    """

    query: Query
    min_confidence: int
    hits: tuple[Hit, ...] = ()
    total: int = 0
    next_cursor: str = ""
    facets: Facets = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    did_you_mean: str = ""
    pending: int = 0
    took_ms: int = 0
    empty_help: EmptyHelp | None = None
    is_available: bool = True
    related: tuple[Hit, ...] = ()
    relations: tuple[Relation, ...] = ()
