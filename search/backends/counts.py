"""From an engine's raw counts to those of facets and names, the same for every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from search.backends.base import Request
from search.backends.encoding import SEPARATOR
from search.fields import LABEL_FIELDS
from search.levels import PER_PERCENT
from search.types import FacetValue

# Each label is counted once for every confidence at which it occurs.
MAX_BUCKETS = 60_000
MAX_NAMES = 5_000


def facet_values(
    facet: str, buckets: Iterable[tuple[str, int]], request: Request, size: int
) -> tuple[FacetValue, ...]:
    """Return the ``size`` most frequent values that are shown, and every chosen one."""
    counts: Counter[str] = Counter()
    for key, found in buckets:
        name, _, level = key.partition(SEPARATOR)
        if facet not in LABEL_FIELDS or is_shown(level, request.min_confidence):
            counts[name] += found
    selected = request.filters.get(facet, ())
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
    chosen = [(name, counts[name]) for name in selected if name not in dict(ordered)]
    return tuple(
        FacetValue(name, name, count, selected=name in selected)
        for name, count in (*ordered, *chosen)
    )


def name_counts(
    buckets: Iterable[tuple[str, int]], min_confidence: int, limit: int
) -> dict[str, int]:
    """Return the names that are shown with their counts, most frequent first."""
    counts: Counter[str] = Counter()
    for term, found in buckets:
        _, name, *level = term.split(SEPARATOR)
        if not level or is_shown(level[0], min_confidence):
            counts[name] += found
    return dict(counts.most_common(limit))


def is_shown(level: str, min_confidence: int) -> bool:
    """True for a level at or above the threshold, and for the mark of what is always shown."""
    return not level.isdigit() or int(level) >= min_confidence * PER_PERCENT
