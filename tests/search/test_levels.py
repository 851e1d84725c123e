"""Confidences as whole numbers."""

from __future__ import annotations

import pytest

from search.levels import HIGHEST, level_of


@pytest.mark.parametrize(
    ("confidence", "level"),
    [(-1, 0), (0, 0), (0.4, 1), (90, 180), (90.4, 181), (100, HIGHEST), (101, HIGHEST)]
)  # fmt: skip
def test_over_differs_from_at_least(confidence: float, level: int) -> None:
    assert level_of(confidence) == level
