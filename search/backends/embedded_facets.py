"""Counts out of the embedded index: facets, words and names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tantivy import Searcher

from search.backends.base import Request
from search.backends.counts import MAX_BUCKETS, MAX_NAMES, facet_values, name_counts
from search.backends.embedded_compiler import Compiler
from search.backends.encoding import FACETS, exact_field, facet_field, names_field, plain_field
from search.documents import PAGE_BREAK
from search.fields import LABEL_FIELDS
from search.types import Facets, Tier


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
    return {facet: facet_values(facet, _pairs(raw[facet]), request, size) for facet in FACETS}


def count_words(searcher: Searcher, field: str, prefix: str, limit: int) -> dict[str, int]:
    """Return the words of ``field`` that begin with ``prefix``, with their counts of items."""
    name = plain_field(field) if field in LABEL_FIELDS else exact_field(field)
    found = searcher.terms_with_prefix(name, prefix, limit=limit + 1)
    return dict([(word, count) for word, count in found if word != PAGE_BREAK][:limit])


def count_names(
    searcher: Searcher, facet: str, prefix: str, min_confidence: int, limit: int
) -> dict[str, int]:
    """Return the names with a word that begins with ``prefix``, most frequent first."""
    found = searcher.terms_with_prefix(names_field(facet), prefix, limit=MAX_NAMES)
    return name_counts(found, min_confidence, limit)


def _aggregation(facets: list[str]) -> dict[str, Any]:
    return {
        facet: {"terms": {"field": facet_field(facet), "size": MAX_BUCKETS}} for facet in facets
    }


def _pairs(found: dict[str, Any]) -> Iterator[tuple[str, int]]:
    return ((str(bucket["key"]), int(bucket["doc_count"])) for bucket in found["buckets"])
