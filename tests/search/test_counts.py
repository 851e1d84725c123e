"""When the most frequent counts are enough to name the first values of a facet, and when not."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from search.backends import counts as backend_counts
from search.backends.base import Request
from search.backends.counts import (
    FEW_BUCKETS,
    Buckets,
    facet_counts,
    facet_values,
    still_to_count,
    tally,
)
from search.backends.encoding import SEPARATOR, counted_endings, covering
from search.levels import HIGHEST
from search.types import FacetValue


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("threshold", [0, 55, 63, 100])
def test_what_is_settled_does_not_change_with_more_buckets(seed: int, threshold: int) -> None:
    random = Random(seed)  # noqa: S311 - to be the same each time
    endings = [*counted_endings(threshold)[0]] or [*counted_endings(threshold)[1]]
    counts = Counter(
        {
            f"name{number}{ending}": random.randrange(1, 2 + 2000 // (number + 1))
            for number in range(60)
            for ending in endings
            if random.random() < 0.95
        }
    )
    request = Request(None, threshold, {"label": ("name3",)} if seed % 2 else {})
    whole = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    expected = _values(whole, request)
    for asked in (10, 50, 100, 200, 400, 5_000):
        known = tally("label", whole[:asked], asked, threshold)
        if known.is_settled(request.filters.get("label", ()), 5):
            assert facet_values("label", known.counts, request, 5) == expected


def _values(buckets: Buckets, request: Request) -> tuple[FacetValue, ...]:
    counts = facet_counts("label", buckets, request.min_confidence)
    return facet_values("label", counts, request, 5)


@pytest.mark.parametrize("threshold", [0, 55, 63])
def test_what_is_counted_once_more_is_enough(
    monkeypatch: pytest.MonkeyPatch, threshold: int
) -> None:
    ways: set[str] = set()
    for few in (10, 40, 100, 300, 2_000):
        monkeypatch.setattr(backend_counts, "FEW_BUCKETS", few)
        ways |= {_counted_once_more(Random(seed), few, threshold) for seed in range(40)}  # noqa: S311
    assert ways == {"all", "some", "none"}


def _counted_once_more(random: Random, few: int, threshold: int) -> str:
    """Count what the ``few`` most frequent buckets leave open; return how."""
    whole = _library(random, threshold)
    filters = {"label": ("name9", "none")} if random.random() < 0.5 else {}
    request = Request(None, threshold, filters)
    keys = still_to_count("label", whole.most_common(few), request, 5)
    again = whole.most_common() if keys is None else [(key, whole[key]) for key in keys]
    counted = whole.most_common(few) if keys == [] else again
    assert _values(counted, request) == _values(whole.most_common(), request)
    return "all" if keys is None else "some" if keys else "none"


def _library(random: Random, threshold: int) -> Counter[str]:
    blocks, percents = counted_endings(threshold)
    fine = [f"{SEPARATOR}{percent:03}" for percent in range(threshold, 101)]
    return Counter(
        {
            f"name{number}{ending}": random.randrange(1, 2 + 3000 // (number + 1) ** 2)
            for number in range(40)
            for ending in (fine if percents else blocks)
            if random.random() < 0.7
        }
    )


def test_few_buckets_settle_what_is_clear() -> None:
    request = Request(None, 55, {})
    ordered = [
        (f"name{number}{ending}", 10_000 // (number + 1))
        for number in range(500)
        for ending in counted_endings(55)[0]
    ]
    assert still_to_count("label", ordered[:FEW_BUCKETS], request, 5) == []
    assert not tally("label", ordered[:40], 40, 55).is_settled((), 5)
    assert still_to_count("kind", [("photo", 9), ("video", 8)], request, 5) == []


@pytest.mark.parametrize("low", range(0, HIGHEST + 1, 7))
@pytest.mark.parametrize("high", [0, 9, 10, 11, 95, 110, 199, HIGHEST])
def test_endings_cover_every_level_once(low: int, high: int) -> None:
    met: list[int] = []
    for ending in covering(low, high):
        assert ending.startswith(SEPARATOR)
        if ending[1] == "b":
            first = int(ending[2:]) * 10
            met += range(first, min(first + 9, HIGHEST) + 1)
        else:
            met.append(int(ending[1:]))
    assert met == list(range(low, high + 1))
