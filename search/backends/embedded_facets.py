"""Counts out of the embedded index: facets, words and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tantivy import Query, Searcher

from search.backends.base import Request
from search.backends.counts import (
    MAX_BUCKETS,
    MAX_NAMES,
    Tally,
    added_tallies,
    counted_field,
    endings_of,
    facet_counts,
    facet_values,
    name_counts,
)
from search.backends.embedded_columns import columns_for, tally
from search.backends.embedded_compiler import Compiler
from search.backends.embedded_pages import count_hits
from search.backends.embedded_store import Snapshot
from search.backends.encoding import (
    FACETS,
    SEPARATOR,
    exact_field,
    names_field,
    plain_field,
)
from search.documents import PAGE_BREAK
from search.fields import LABEL_FIELDS
from search.types import Facets, Tier

Counts = dict[str, Mapping[str, int]]

# Fewer are counted before another thread has begun.
_MANY_HITS = 5_000
# Lists of a value's items are quicker than columns where a fifth of all is found, but only few.
_LISTED_SHARE = 5
_FEW_LISTS = 1_000
# Values that are asked for at first: of a name there are up to twenty.
_FEW_VALUES = 500
# So many names are counted one by one; of more, all are.
_FEW_NAMES = 10
_ALL_VALUES = 1_000_000
# A name has a term for each level of confidence: up to 20 blocks, or 101 percents.
_PER_NAME = 101


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is counted over, and how much of it is wanted."""

    compiler: Compiler
    request: Request
    query: Query
    size: int


def count_facets(
    snapshot: Snapshot, compiler: Compiler, request: Request, tier: Tier, size: int
) -> Facets:
    """Count each facet over the whole result, its own filter left out."""
    filtered = [facet for facet in FACETS if request.filters.get(facet)]
    others = [facet for facet in FACETS if facet not in filtered]
    found = _counted(snapshot, _Asked(compiler, request, compiler.tier(tier), size), others)
    for facet in filtered:
        query = compiler.tier(tier, without=facet)
        found |= _counted(snapshot, _Asked(compiler, request, query, size), [facet])
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
    field = counted_field(facet, min_confidence)
    counts: dict[str, int] = {}
    for name, most in sorted(at_most.items(), key=lambda pair: -pair[1]):
        if len(counts) > limit and most < sorted(counts.values())[-limit]:
            break
        found = _terms(searcher, field, name + SEPARATOR, _PER_NAME)
        counts[name] = facet_counts(facet, found, min_confidence)[name]
    return counts


def _counted(snapshot: Snapshot, asked: _Asked, facets: Sequence[str]) -> Counts:
    """Count in two threads what takes long: the engine leaves the interpreter to others."""
    searcher, request = snapshot.searcher, asked.request
    # In a small library it makes no difference.
    hits = count_hits(searcher, asked.query) if facets and searcher.num_docs >= _MANY_HITS else 0
    listed = [facet for facet in facets if _is_listed(snapshot, facet, hits, request)]
    columns = [facet for facet in facets if facet not in listed]
    if hits < _MANY_HITS:
        return _by_columns(snapshot, asked, columns)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(_by_columns, snapshot, asked, columns[:1])
        rest = _by_columns(snapshot, asked, columns[1:])
        words = {facet: _by_lists(searcher, asked.query, facet, request) for facet in listed}
        return first.result() | rest | words


def _is_listed(snapshot: Snapshot, facet: str, hits: int, request: Request) -> bool:
    """Tell whether it is quicker to go through the lists of items that each value has."""
    if hits < _MANY_HITS or hits * _LISTED_SHARE < snapshot.searcher.num_docs:
        return False
    each = len(endings_of(facet, request.min_confidence))
    return snapshot.names.count(facet) * each <= _FEW_LISTS


def _by_lists(searcher: Searcher, query: Query, facet: str, request: Request) -> Mapping[str, int]:
    field = counted_field(facet, request.min_confidence)
    found = searcher.terms_with_prefix(field, "", filter_query=query, limit=MAX_BUCKETS)
    return facet_counts(facet, found, request.min_confidence)


def _by_columns(snapshot: Snapshot, asked: _Asked, facets: Sequence[str]) -> Counts:
    """Ask for the most frequent values, and once more where these leave some open."""
    few = _tallies(snapshot, asked, facets, _FEW_VALUES)
    settled = {facet: _settled(snapshot, asked, facet, few[facet]) for facet in facets}
    found = {facet: counts for facet, counts in settled.items() if counts is not None}
    whole = _tallies(snapshot, asked, [name for name in facets if name not in found], _ALL_VALUES)
    return found | {facet: counted.counts for facet, counted in whole.items()}


def _settled(snapshot: Snapshot, asked: _Asked, facet: str, few: Tally) -> Mapping[str, int] | None:
    """Return enough counts, of a few names exactly; None when more of them are open."""
    selected = asked.request.filters.get(facet, ())
    if few.is_settled(selected, asked.size):
        return few.counts
    names = few.candidates(selected, asked.size)
    if names is None:
        return None
    open_ = [name for name in names if few.seen[name] < few.endings]
    if len(open_) > _FEW_NAMES:
        return None
    counts = {name: few.counts[name] for name in names}
    for name in open_:
        query = asked.compiler.among(asked.query, facet, name)
        counts[name] = count_hits(snapshot.searcher, query)
    return counts


def _tallies(
    snapshot: Snapshot, asked: _Asked, facets: Sequence[str], most: int
) -> dict[str, Tally]:
    threshold = asked.request.min_confidence
    columns = {facet: columns_for(facet, threshold) for facet in facets}
    terms = {name: _terms_of(name, most) for names in columns.values() for name in names}
    found = snapshot.searcher.aggregate(asked.query, terms) if terms else {}
    return {
        facet: added_tallies(
            tally(facet, found[name]["buckets"], most, threshold, snapshot.names) for name in names
        )
        for facet, names in columns.items()
    }


def _terms_of(column: str, most: int) -> dict[str, Any]:
    # Every part gives all that it has, so that what is told is exact.
    return {"terms": {"field": column, "size": most, "segment_size": _ALL_VALUES}}
