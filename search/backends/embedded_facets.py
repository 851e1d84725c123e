"""Counts out of the embedded index: facets, words and names."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tantivy import Searcher

from search.backends.base import Request
from search.backends.embedded_compiler import Compiler
from search.backends.embedded_schema import (
    ALWAYS,
    FACETS,
    SEPARATOR,
    exact_field,
    facet_field,
    names_field,
    plain_field,
)
from search.fields import LABEL_FIELDS
from search.levels import PER_PERCENT
from search.types import Facets, FacetValue, Tier

# Each label is counted once for every confidence at which it occurs.
_MAX_BUCKETS = 60_000
_MAX_NAMES = 5_000


def count_facets(
    searcher: Searcher, compiler: Compiler, request: Request, tier: Tier, size: int
) -> Facets:
    """Count each facet over the whole result, its own filter left out."""
    filtered = [facet for facet in FACETS if request.filters.get(facet)]
    others = [facet for facet in FACETS if facet not in filtered]
    raw = searcher.aggregate(compiler.tier(tier), _aggregation(others))
    for facet in filtered:
        query = compiler.tier(tier, without=facet)
        raw |= searcher.aggregate(query, _aggregation([facet]))
    return {facet: _values(facet, raw[facet]["buckets"], request, size) for facet in FACETS}


def count_words(searcher: Searcher, field: str, prefix: str, limit: int) -> dict[str, int]:
    """Return the words of ``field`` that begin with ``prefix``, with their counts of items."""
    name = plain_field(field) if field in LABEL_FIELDS else exact_field(field)
    return dict(searcher.terms_with_prefix(name, prefix, limit=limit))


def count_names(
    searcher: Searcher, facet: str, prefix: str, min_confidence: int, limit: int
) -> dict[str, int]:
    """Return the names with a word that begins with ``prefix``, most frequent first."""
    counts: Counter[str] = Counter()
    for term, count in searcher.terms_with_prefix(names_field(facet), prefix, limit=_MAX_NAMES):
        _, name, *level = term.split(SEPARATOR)
        if not level or _is_shown(level[0], min_confidence):
            counts[name] += count
    return dict(counts.most_common(limit))


def _aggregation(facets: list[str]) -> dict[str, Any]:
    return {
        facet: {"terms": {"field": facet_field(facet), "size": _MAX_BUCKETS}} for facet in facets
    }


def _values(
    facet: str, buckets: list[dict[str, Any]], request: Request, size: int
) -> tuple[FacetValue, ...]:
    counts: Counter[str] = Counter()
    for bucket in buckets:
        name, _, level = str(bucket["key"]).partition(SEPARATOR)
        if facet not in LABEL_FIELDS or _is_shown(level, request.min_confidence):
            counts[name] += int(bucket["doc_count"])
    selected = request.filters.get(facet, ())
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
    chosen = [(name, counts[name]) for name in selected if name not in dict(ordered)]
    return tuple(
        FacetValue(name, name, count, selected=name in selected)
        for name, count in (*ordered, *chosen)
    )


def _is_shown(level: str, min_confidence: int) -> bool:
    return level == ALWAYS or int(level) >= min_confidence * PER_PERCENT
