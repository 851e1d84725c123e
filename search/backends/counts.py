"""From an engine's raw counts to those of facets and names, the same for every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.backends.base import Request
from search.backends.encoding import (
    SEPARATOR,
    counted_endings,
    facet_field,
    fine_field,
    is_shown,
)
from search.fields import LABEL_FIELDS
from search.types import FacetValue

# Each label is counted once for every block of confidences in which it occurs.
MAX_BUCKETS = 60_000
# So many are enough for what is shown, unless counts are low or much alike.
FEW_BUCKETS = 1_500
MAX_NAMES = 5_000
# So many are counted by themselves; of more, all are.
MAX_KEYS = 5_000

Buckets = Sequence[tuple[str, int]]


def counted_field(facet: str, min_confidence: int) -> str:
    """Return the field in which a facet is counted: in blocks where those tell what is shown."""
    if facet in LABEL_FIELDS and counted_endings(min_confidence)[1]:
        return fine_field(facet)
    return facet_field(facet)


def facet_counts(
    facet: str, buckets: Iterable[tuple[str, int]], min_confidence: int
) -> Counter[str]:
    """Return how many items each name is shown on."""
    counts: Counter[str] = Counter()
    for key, found in buckets:
        if _is_shown(facet, key, min_confidence):
            counts[key.partition(SEPARATOR)[0]] += found
    return counts


def facet_values(
    facet: str, buckets: Iterable[tuple[str, int]], request: Request, size: int
) -> tuple[FacetValue, ...]:
    """Return the ``size`` most frequent values that are shown, and every chosen one."""
    counts = facet_counts(facet, buckets, request.min_confidence)
    selected = request.filters.get(facet, ())
    ordered = _ordered(counts)[:size]
    chosen = [(name, counts[name]) for name in selected if name not in dict(ordered)]
    return tuple(
        FacetValue(name, name, count, selected=name in selected)
        for name, count in (*ordered, *chosen)
    )


def is_settled(facet: str, buckets: Buckets, asked: int, request: Request, size: int) -> bool:
    """Tell whether the ``asked`` most frequent buckets hold all that ``facet_values`` needs.

    What is missing has at most the count of the last bucket, in each of a name's endings.
    """
    if len(buckets) < asked:
        return True
    endings = len(_endings_of(facet, request.min_confidence))
    shown = [key for key, _ in buckets if _is_shown(facet, key, request.min_confidence)]
    seen = Counter(key.partition(SEPARATOR)[0] for key in shown)
    counts = facet_counts(facet, buckets, request.min_confidence)
    ordered = _ordered(counts)
    first, rest = ordered[:size], ordered[size:]
    needed = {*(name for name, _ in first), *request.filters.get(facet, ())}
    if len(first) < size or any(seen[name] < endings for name in needed):
        return False
    least, at_most = first[-1][1], buckets[-1][1]
    others = (count + (endings - seen[name]) * at_most for name, count in rest)
    return max((endings * at_most, *others)) < least


def still_to_count(
    facet: str, buckets: Buckets, error: int, request: Request, size: int
) -> list[str] | None:
    """Return the buckets to count once more, by themselves: none when ``buckets`` tell all.

    ``buckets`` are the FEW_BUCKETS most frequent, of each of which ``error`` may be missing.
    None stands for every bucket there is.
    """
    if not error and is_settled(facet, buckets, FEW_BUCKETS, request, size):
        return []
    endings = _endings_of(facet, request.min_confidence)
    counts = facet_counts(facet, buckets, request.min_confidence)
    ordered = _ordered(counts)[:size]
    at_most = buckets[-1][1] + error
    if len(ordered) < size or len(endings) * at_most >= ordered[-1][1]:
        return None
    shown = (key for key, _ in buckets if _is_shown(facet, key, request.min_confidence))
    seen = Counter(key.partition(SEPARATOR)[0] for key in shown)
    missing = {name: seen[name] * error + (len(endings) - seen[name]) * at_most for name in counts}
    names = [name for name in counts if counts[name] + missing[name] >= ordered[-1][1]]
    names += [name for name in request.filters.get(facet, ()) if name not in names]
    keys = [name + ending for name in names for ending in endings]
    return keys if len(keys) <= MAX_KEYS else None


def few_terms(facet: str, request: Request) -> dict[str, Any]:
    """Return the aggregation, which both engines read, for the most frequent buckets."""
    field = counted_field(facet, request.min_confidence)
    return {"terms": {"field": field, "size": FEW_BUCKETS}}


def exact_terms(facet: str, request: Request, keys: Sequence[str] | None) -> dict[str, Any]:
    """Return the aggregation for these buckets alone, or for all."""
    field = counted_field(facet, request.min_confidence)
    if keys is None:
        return {"terms": {"field": field, "size": MAX_BUCKETS}}
    return {"terms": {"field": field, "size": len(keys), "include": list(keys)}}


def name_counts(found: Mapping[str, int], limit: int) -> dict[str, int]:
    """Return the most frequent names that occur at all."""
    ordered = [(name, count) for name, count in _ordered(found) if count]
    return dict(ordered[:limit])


def added_up(found: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the words of several fields, each with its counts there together."""
    counts: dict[str, int] = {}
    for words in found:
        for word, count in words.items():
            counts[word] = counts.get(word, 0) + count
    return counts


def _is_shown(facet: str, key: str, min_confidence: int) -> bool:
    return facet not in LABEL_FIELDS or is_shown(key.partition(SEPARATOR)[2], min_confidence)


def _endings_of(facet: str, min_confidence: int) -> list[str]:
    """Return the endings with which a name is counted where it is shown."""
    if facet not in LABEL_FIELDS:
        return [""]
    blocks, percents = counted_endings(min_confidence)
    if not percents:
        return blocks
    return [f"{SEPARATOR}{percent:03}" for percent in range(min_confidence, 101)]


def _ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
