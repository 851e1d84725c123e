"""The columns that facets are counted over: numbers of names, with how sure a label is.

To count words, the engine looks each of them up in every part of an index, which takes longer than
the counting. A label's value is its name's number and, behind it, its block of confidences; those
below ``SHOWN`` lie in a column of their own, which most questions need not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.backends.base import Counted
from search.backends.counts import Tally
from search.backends.embedded_names import Names
from search.backends.encoding import LAST_COUNTED, PLAIN_FACETS, counted_as, counted_endings
from search.fields import LABEL_FIELDS
from search.types import SearchDocument

# What installations show unless told otherwise; another threshold is counted as exactly.
SHOWN = 55
_BLOCKS = LAST_COUNTED + 1
_PERCENTS = 101
_FIRST_SHOWN = SHOWN * _BLOCKS // 100


def sure_column(facet: str) -> str:
    return f"sure_{facet}"


def unsure_column(facet: str) -> str:
    return f"unsure_{facet}"


def percent_column(facet: str) -> str:
    return f"percent_{facet}"


def plain_column(facet: str) -> str:
    return f"number_{facet}"


COLUMNS = (
    *map(plain_column, PLAIN_FACETS),
    *(make(name) for name in LABEL_FIELDS for make in (sure_column, unsure_column, percent_column)),
)


def columns_for(facet: str, min_confidence: int) -> tuple[str, ...]:
    """Return the columns that hold what a threshold shows of a facet."""
    if facet not in LABEL_FIELDS:
        return (plain_column(facet),)
    if counted_endings(min_confidence)[1]:
        return (percent_column(facet),)
    sure = (sure_column(facet),)
    return sure if min_confidence >= SHOWN else (*sure, unsure_column(facet))


def counted_names(source: SearchDocument) -> tuple[Counted, ...]:
    """Return all that a document is counted under, each once."""
    labels = (("label", source.labels), ("category", source.categories))
    found = [
        Counted(facet, entry.name, *counted_as(entry))
        for facet, entries in labels
        for entry in entries
    ]
    found += [Counted(facet, name) for facet, names in source.facets.items() for name in names]
    return tuple(dict.fromkeys(found))


def column_values(counted: Iterable[Counted], names: Names) -> dict[str, list[int]]:
    """Return what stands in the columns for a document."""
    values: dict[str, list[int]] = {}
    for one in counted:
        number = names.number(one.facet, one.name)
        if one.facet not in LABEL_FIELDS:
            values.setdefault(plain_column(one.facet), []).append(number)
            continue
        column = sure_column if one.block >= _FIRST_SHOWN else unsure_column
        values.setdefault(column(one.facet), []).append(number * _BLOCKS + one.block)
        percent = number * _PERCENTS + one.percent
        values.setdefault(percent_column(one.facet), []).append(percent)
    return values


def tally(
    facet: str, buckets: Sequence[Mapping[str, Any]], asked: int, min_confidence: int, names: Names
) -> Tally:
    """Return what the ``asked`` most frequent buckets of a facet's columns tell."""
    each, first = _shape(facet, min_confidence)
    counts: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    for bucket in buckets:
        number, ending = divmod(int(bucket["key"]), each)
        if ending >= first:
            counts[number] += bucket["doc_count"]
            seen[number] += 1
    known = names.of(facet, counts)
    at_most = 0 if len(buckets) < asked else int(buckets[-1]["doc_count"])
    return Tally(
        Counter(dict(zip(known, counts.values(), strict=True))),
        Counter(dict(zip(known, seen.values(), strict=True))),
        each - first,
        at_most,
    )


def _shape(facet: str, min_confidence: int) -> tuple[int, int]:
    """Return how many endings the values of a facet have, and the first that is shown."""
    if facet not in LABEL_FIELDS:
        return 1, 0
    blocks, percents = counted_endings(min_confidence)
    return (_PERCENTS, min_confidence) if percents else (_BLOCKS, _BLOCKS - len(blocks))
