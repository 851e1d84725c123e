"""Counts out of OpenSearch: facets, words and names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from search.backends.base import Request
from search.backends.counts import MAX_BUCKETS, MAX_NAMES, facet_values, name_counts
from search.backends.encoding import (
    FACETS,
    PLAIN_FACETS,
    exact_field,
    facet_field,
    names_field,
    plain_field,
)
from search.backends.opensearch_compiler import compile_request, escaped
from search.backends.opensearch_schema import words_field
from search.fields import LABEL_FIELDS
from search.types import Facets

Json = dict[str, Any]
Ask = Callable[[Json], Json]

# The server refuses longer expressions, and 65,535 buckets is its limit for one answer.
_LONGEST_PREFIX = 200
_MAX_PLAIN_BUCKETS = 10_000


def count_facets(ask: Ask, request: Request, size: int) -> Facets:
    """Count each facet over the whole result, its own filter left out."""
    filtered = [facet for facet in FACETS if request.filters.get(facet)]
    raw: Json = {}
    for group in _groups(filtered):
        own = group[0] if group[0] in filtered else None
        query = compile_request(request, without=own)
        raw |= ask({"query": query, "size": 0, "aggs": _aggregations(group)})["aggregations"]
    return {facet: facet_values(facet, _pairs(raw[facet]), request, size) for facet in FACETS}


def count_words(ask: Ask, field: str, prefix: str, limit: int) -> dict[str, int]:
    """Return the words of ``field`` that begin with ``prefix``, with their counts of items."""
    if field in LABEL_FIELDS:
        return dict(_beginning(ask, plain_field(field), plain_field(field), prefix, limit))
    return dict(_beginning(ask, words_field(field), exact_field(field), prefix, limit))


def count_names(
    ask: Ask, facet: str, prefix: str, min_confidence: int, limit: int
) -> dict[str, int]:
    """Return the names with a word that begins with ``prefix``, most frequent first."""
    field = names_field(facet)
    return name_counts(_beginning(ask, field, field, prefix, MAX_NAMES), min_confidence, limit)


def _groups(filtered: Sequence[str]) -> Iterator[list[str]]:
    """Yield facets that can be counted together: those with a query and a limit in common."""
    yield from ([facet] for facet in filtered)
    yield from ([facet] for facet in LABEL_FIELDS if facet not in filtered)
    if plain := [facet for facet in PLAIN_FACETS if facet not in filtered]:
        yield plain


def _aggregations(facets: Sequence[str]) -> Json:
    size = _MAX_PLAIN_BUCKETS if len(facets) > 1 else MAX_BUCKETS
    return {facet: {"terms": {"field": facet_field(facet), "size": size}} for facet in facets}


def _beginning(
    ask: Ask, counted: str, searched: str, prefix: str, limit: int
) -> Iterator[tuple[str, int]]:
    """Yield the terms that begin with ``prefix``, most frequent first, with counts of items."""
    if len(prefix) > _LONGEST_PREFIX:
        return iter(())
    terms: Json = {"field": counted, "size": limit}
    body: Json = {"size": 0, "aggs": {"terms": {"terms": terms}}}
    if prefix:
        # A plain ``prefix.*`` is a case of its own to the server, in which 2.19 fails when
        # all terms come before it.
        terms["include"] = f"{escaped(prefix)}(.*)"
        # Only items with such a word need to be looked at.
        body["query"] = {"prefix": {searched: prefix}}
    return _pairs(ask(body)["aggregations"]["terms"])


def _pairs(found: Json) -> Iterator[tuple[str, int]]:
    return ((str(bucket["key"]), int(bucket["doc_count"])) for bucket in found["buckets"])
