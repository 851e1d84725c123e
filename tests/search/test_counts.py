"""When the most frequent counts are enough to name the first values of a facet, and when not."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from search.backends.base import Request
from search.backends.counts import facet_values, is_settled
from search.backends.encoding import SEPARATOR, counted_endings, covering
from search.levels import HIGHEST


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
    expected = facet_values("label", whole, request, 5)
    for asked in (10, 50, 100, 200, 400, 5_000):
        if is_settled("label", whole[:asked], asked, request, 5):
            assert facet_values("label", whole[:asked], request, 5) == expected


def test_few_buckets_settle_what_is_clear() -> None:
    request = Request(None, 55, {})
    ordered = [
        (f"name{number}{ending}", 10_000 // (number + 1))
        for number in range(500)
        for ending in counted_endings(55)[0]
    ]
    assert is_settled("label", ordered[:1000], 1000, request, 5)
    assert not is_settled("label", ordered[:40], 40, request, 5)
    assert is_settled("kind", [("photo", 9), ("video", 8)], 3, request, 5)


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
