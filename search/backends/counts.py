"""From an engine's raw counts to those of facets and names, the same for every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    facet: str, counts: Mapping[str, int], request: Request, size: int
) -> tuple[FacetValue, ...]:
    """Return the ``size`` most frequent values that are shown, and every chosen one."""
    selected = request.filters.get(facet, ())
    ordered = _ordered(counts)[:size]
    first = dict(ordered)
    chosen = [(name, counts.get(name, 0)) for name in selected if name not in first]
    return tuple(
        FacetValue(name, name, count, selected=name in selected)
        for name, count in (*ordered, *chosen)
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items each name is shown on, as far as its buckets are counted.

    A name has up to ``endings`` buckets, of which ``seen`` says how many are in its count; each
    of the others holds at most ``at_most``, which is 0 when all are counted.
    """

    counts: Counter[str]
    seen: Counter[str]
    endings: int
    at_most: int

    def is_settled(self, selected: Sequence[str], size: int) -> bool:
        """Tell whether this is all that ``facet_values`` needs."""
        if not self.at_most:
            return True
        ordered = _ordered(self.counts)
        first, rest = ordered[:size], ordered[size:]
        needed = {*(name for name, _ in first), *selected}
        if len(first) < size or any(self.seen[name] < self.endings for name in needed):
            return False
        others = (count + self._missing(name) for name, count in rest)
        return max((self.endings * self.at_most, *others)) < first[-1][1]

    def candidates(self, selected: Sequence[str], size: int) -> list[str] | None:
        """Return the names that may be among the first, and those chosen; None for any name."""
        ordered = _ordered(self.counts)[:size]
        if len(ordered) < size or self.endings * self.at_most >= ordered[-1][1]:
            return None
        least = ordered[-1][1]
        names = [
            name for name, count in self.counts.items() if count + self._missing(name) >= least
        ]
        return list(dict.fromkeys((*names, *selected)))

    def _missing(self, name: str) -> int:
        return (self.endings - self.seen[name]) * self.at_most


def added_tallies(parts: Iterable[Tally]) -> Tally:
    """Return the tally of values that were counted apart, no bucket of them twice."""
    whole, *others = parts
    for other in others:
        whole = Tally(
            whole.counts + other.counts,
            whole.seen + other.seen,
            whole.endings,
            max(whole.at_most, other.at_most),
        )
    return whole


def tally(facet: str, buckets: Buckets, asked: int, min_confidence: int) -> Tally:
    """Return what the ``asked`` most frequent buckets tell."""
    shown = [(key, found) for key, found in buckets if _is_shown(facet, key, min_confidence)]
    return Tally(
        facet_counts(facet, shown, min_confidence),
        Counter(key.partition(SEPARATOR)[0] for key, _ in shown),
        len(endings_of(facet, min_confidence)),
        0 if len(buckets) < asked else buckets[-1][1],
    )


def still_to_count(facet: str, buckets: Buckets, request: Request, size: int) -> list[str] | None:
    """Return the buckets to count once more, by themselves: none when ``buckets`` tell all.

    ``buckets`` are the FEW_BUCKETS most frequent. None stands for every bucket there is.
    """
    counted = tally(facet, buckets, FEW_BUCKETS, request.min_confidence)
    selected = request.filters.get(facet, ())
    if counted.is_settled(selected, size):
        return []
    names = counted.candidates(selected, size)
    if names is None:
        return None
    endings = endings_of(facet, request.min_confidence)
    keys = [name + ending for name in names for ending in endings]
    return keys if len(keys) <= MAX_KEYS else None


def few_terms(facet: str, request: Request) -> dict[str, Any]:
    """Return the server's aggregation for the most frequent buckets."""
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


def endings_of(facet: str, min_confidence: int) -> list[str]:
    """Return the endings with which a name is counted where it is shown."""
    if facet not in LABEL_FIELDS:
        return [""]
    blocks, percents = counted_endings(min_confidence)
    if not percents:
        return blocks
    return [f"{SEPARATOR}{percent:03}" for percent in range(min_confidence, 101)]


def _ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
