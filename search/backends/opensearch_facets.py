"""Counts out of OpenSearch: facets, words and names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from search.backends.base import Request
from search.backends.counts import (
    Buckets,
    exact_terms,
    facet_counts,
    facet_values,
    few_terms,
    name_counts,
    still_to_count,
)
from search.backends.encoding import FACETS, exact_field, plain_field, starts
from search.backends.opensearch_clauses import escaped
from search.backends.opensearch_compiler import compile_request
from search.backends.opensearch_schema import words_field
from search.fields import LABEL_FIELDS
from search.types import Facets

Json = dict[str, Any]
Ask = Callable[[Json], Json]
AskAll = Callable[[Sequence[Json]], Sequence[Json]]
Words = list[tuple[str, int]]
Names = list[tuple[str, str, int]]

# An item that is changed has another version, and one that comes in the place of another an id
# of its own: no library keeps all three.
STATE: Json = {
    "size": 0,
    "track_total_hits": True,
    "aggs": {
        "versions": {"sum": {"field": "version"}},
        "ids": {"sum": {"field": "item_high"}},
    },
}
# The server refuses longer expressions.
_LONGEST_PREFIX = 200


def count_facets(ask: Ask, request: Request, size: int) -> Facets:
    """Count each facet over the whole result, its own filter left out."""
    found = _counted(ask, FACETS, request, size)
    counts = {facet: facet_counts(facet, found[facet], request.min_confidence) for facet in FACETS}
    return {facet: facet_values(facet, counts[facet], request, size) for facet in FACETS}


def library_state(answer: Json) -> tuple[float, ...]:
    """Return the answer to STATE as what can be compared."""
    sums = answer["aggregations"]
    total = answer["hits"]["total"]["value"]
    return total, sums["versions"]["value"], sums["ids"]["value"]


def count_words(ask_all: AskAll, fields: Sequence[str], prefix: str, limit: int) -> list[Words]:
    """Return each field's words that begin with ``prefix``, most frequent first."""
    if len(prefix) > _LONGEST_PREFIX:
        return [[] for _ in fields]
    answers = ask_all([_beginning(name, prefix, limit) for name in fields])
    return [list(_pairs(answer["aggregations"]["terms"])) for answer in answers]


def count_names(ask: Ask, facet: str, min_confidence: int) -> Names:
    """Return every name of a facet, by each beginning that completes it, with its count."""
    request = Request(None, min_confidence, {})
    found = _buckets(ask, compile_request(request), {facet: exact_terms(facet, request, None)})
    counts = facet_counts(facet, found[facet], min_confidence)
    return sorted((begun, name, count) for name, count in counts.items() for begun in starts(name))


def begun_with(names: Names, prefix: str, limit: int) -> dict[str, int]:
    """Return the most frequent of the names that a prefix completes to."""
    first = bisect_left(names, (prefix,))
    found: dict[str, int] = {}
    for begun, name, count in islice(names, first, None):
        if not begun.startswith(prefix):
            break
        found[name] = count
    return name_counts(found, limit)


def _counted(ask: Ask, facets: Sequence[str], request: Request, size: int) -> dict[str, Buckets]:
    """Ask for the most frequent buckets, and once more for those that these leave open."""
    found: dict[str, Buckets] = {}
    for group in _groups(facets, request):
        query = compile_request(
            request, without=group[0] if _is_filtered(group[0], request) else None
        )
        found |= _buckets(ask, query, {facet: few_terms(facet, request) for facet in group})
        for facet in group:
            keys = still_to_count(facet, found[facet], request, size)
            if keys != []:
                found |= _buckets(ask, query, {facet: exact_terms(facet, request, keys)})
    return found


def _groups(facets: Sequence[str], request: Request) -> Iterator[list[str]]:
    """Yield facets that can be counted at once: those with a query in common."""
    yield from ([facet] for facet in facets if _is_filtered(facet, request))
    if others := [facet for facet in facets if not _is_filtered(facet, request)]:
        yield others


def _is_filtered(facet: str, request: Request) -> bool:
    return bool(request.filters.get(facet))


def _buckets(ask: Ask, query: Json, terms: Json) -> dict[str, Buckets]:
    found = ask({"query": query, "size": 0, "aggs": terms})["aggregations"]
    return {facet: list(_pairs(found[facet])) for facet in terms}


def _beginning(field: str, prefix: str, limit: int) -> Json:
    """Return the question for the words that begin with ``prefix``, with counts of items."""
    in_labels = field in LABEL_FIELDS
    terms: Json = {"field": plain_field(field) if in_labels else words_field(field), "size": limit}
    body: Json = {"size": 0, "aggs": {"terms": {"terms": terms}}}
    if prefix:
        # A plain ``prefix.*`` is a case of its own to the server, in which 2.19 fails when
        # all terms come before it.
        terms["include"] = f"{escaped(prefix)}(.*)"
        # Only items with such a word need to be looked at.
        searched = plain_field(field) if in_labels else exact_field(field)
        body["query"] = {"prefix": {searched: prefix}}
    return body


def _pairs(found: Json) -> Iterator[tuple[str, int]]:
    return ((str(bucket["key"]), int(bucket["doc_count"])) for bucket in found["buckets"])
