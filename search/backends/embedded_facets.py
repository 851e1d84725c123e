"""Counts out of the embedded index: facets, words and names."""

from __future__ import annotations

from typing import Any

from tantivy import Query, Searcher

from search.backends.base import Request
from search.backends.counts import (
    FEW_BUCKETS,
    MAX_NAMES,
    Buckets,
    exact_terms,
    facet_values,
    few_terms,
    name_counts,
    still_to_count,
)
from search.backends.embedded_compiler import Compiler
from search.backends.encoding import (
    FACETS,
    SEPARATOR,
    counted_endings,
    exact_field,
    facet_field,
    fine_field,
    names_field,
    plain_field,
)
from search.documents import PAGE_BREAK
from search.fields import LABEL_FIELDS
from search.types import Facets, Tier


def count_facets(
    searcher: Searcher, compiler: Compiler, request: Request, tier: Tier, size: int
) -> Facets:
    """Count each facet over the whole result, its own filter left out."""
    filtered = [facet for facet in FACETS if request.filters.get(facet)]
    others = [facet for facet in FACETS if facet not in filtered]
    found = _counted(searcher, compiler.tier(tier), others, request, size)
    for facet in filtered:
        query = compiler.tier(tier, without=facet)
        found |= _counted(searcher, query, [facet], request, size)
    return {facet: facet_values(facet, found[facet], request, size) for facet in FACETS}


def count_words(searcher: Searcher, field: str, prefix: str, limit: int) -> dict[str, int]:
    """Return the words of ``field`` that begin with ``prefix``, with their counts of items."""
    name = plain_field(field) if field in LABEL_FIELDS else exact_field(field)
    found = _terms(searcher, name, prefix, limit + 1)
    return dict([(word, count) for word, count in found if word != PAGE_BREAK][:limit])


def count_names(
    searcher: Searcher, facet: str, prefix: str, min_confidence: int, limit: int
) -> dict[str, int]:
    """Return the names with a word that begins with ``prefix``, most frequent first."""
    begun = _terms(searcher, names_field(facet), prefix, MAX_NAMES)
    at_most: dict[str, int] = {}
    for term, count in begun:
        name = term.partition(SEPARATOR)[2]
        at_most[name] = max(count, at_most.get(name, 0))
    if facet not in LABEL_FIELDS:
        return name_counts(at_most, limit)
    return name_counts(_sure_counts(searcher, facet, at_most, min_confidence, limit), limit)


def _terms(searcher: Searcher, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
    """Return terms with counts of items that are there: until segments are merged, the index
    also knows the words of what was deleted or had other words before."""
    return searcher.terms_with_prefix(field, prefix, filter_query=Query.all_query(), limit=limit)


def _sure_counts(
    searcher: Searcher, facet: str, at_most: dict[str, int], min_confidence: int, limit: int
) -> dict[str, int]:
    """Count names that are sure enough, until no other can be among the ``limit`` first."""
    blocks, percents = counted_endings(min_confidence)
    counts: dict[str, int] = {}
    for name, most in sorted(at_most.items(), key=lambda pair: -pair[1]):
        if len(counts) > limit and most < sorted(counts.values())[-limit]:
            break
        frequency = sum(
            searcher.doc_freq(field, name + ending)
            for field, endings in ((facet_field(facet), blocks), (fine_field(facet), percents))
            for ending in endings
        )
        # Frequencies count what was deleted, too.
        counts[name] = min(frequency, most)
    return counts


def _counted(
    searcher: Searcher, query: Query, facets: list[str], request: Request, size: int
) -> dict[str, Buckets]:
    """Ask for the most frequent buckets, and once more for those that these leave open."""
    if not facets:
        return {}
    raw = searcher.aggregate(query, {facet: _few_terms(facet, request) for facet in facets})
    found: dict[str, Buckets] = {}
    for facet in facets:
        found[facet] = _pairs(raw[facet])
        error = int(raw[facet].get("doc_count_error_upper_bound") or 0)
        keys = still_to_count(facet, found[facet], error, request, size)
        if keys != []:
            exact = searcher.aggregate(query, {facet: exact_terms(facet, request, keys)})
            found[facet] = _pairs(exact[facet])
    return found


def _few_terms(facet: str, request: Request) -> dict[str, Any]:
    """Return the aggregation for the most frequent buckets, of each segment no more than of all.

    Looking up ten times as many in each, as the engine would, takes longer than to count again.
    """
    few = few_terms(facet, request)
    few["terms"]["segment_size"] = FEW_BUCKETS
    return few


def _pairs(found: dict[str, Any]) -> Buckets:
    return [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found["buckets"]]
