"""What the API writes of a hit is what its schema promises."""

from __future__ import annotations

import json

import pytest

from gallery.types import Box
from search.api import MatchSerializer, match_data
from search.types import Match, SnippetPart

BARE = Match("name")
FULL = Match(
    "label",
    (SnippetPart("a "), SnippetPart("Dog", highlighted=True)),
    label="Dog",
    confidence=97.2,
    page=2,
    start_ms=1_000,
    end_ms=2_000,
    boxes=(Box(0, 0.25, 1, 0.5), Box(0.1, 0.2, 0.3, 0.4)),
    confirmed=True,
)


@pytest.mark.parametrize("match", [BARE, FULL])
def test_a_match_is_written_as_its_serializer_says(match: Match) -> None:
    written = match_data(match)
    promised = MatchSerializer(match).data
    assert json.loads(json.dumps(written)) == json.loads(json.dumps(promised))
    assert list(written) == list(promised)


def test_boxes_are_written_as_ratios_even_where_they_are_whole() -> None:
    written = match_data(FULL)
    assert written["box"] == [0.0, 0.25, 1.0, 0.5]
    assert all(isinstance(side, float) for side in written["box"])
