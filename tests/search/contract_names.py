"""What every engine must make of the several names of a label."""

from __future__ import annotations

import pytest

from search.backends.base import Request, SearchBackend
from search.language import parse
from search.levels import level_of
from search.types import LabelEntry, Tier
from tests.search.corpus import ALICE, document, item_id

CAT = LabelEntry("Cat", (("cat",), ("house", "cat"), ("small", "grey", "cat")), level_of(99))
HOUSE = LabelEntry("House", (("house",), ("small", "building")), level_of(60))


class NamesContract:
    """Expects the fixture ``backend``, an empty engine."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("house", [(2, Tier.EXACT), (1, Tier.STEM)]),
            ("cat", [(1, Tier.STRONG)]),
            ("cats", [(1, Tier.STRONG)]),
            ("grey-cats", [(1, Tier.STRONG)]),
            ("houses", [(2, Tier.EXACT), (1, Tier.STEM)]),
            ("small", [(2, Tier.STEM), (1, Tier.STEM)]),
            ("building", [(2, Tier.EXACT)]),
            ('label:"house cat"', [(1, Tier.STRONG)]),
            ("grey-cat", [(1, Tier.STRONG)]),
            ("small-grey", [(1, Tier.STEM)]),
        ],
    )
    def test_the_first_words_of_another_name_fit_less_well(
        self, text: str, expected: list[tuple[int, Tier]], backend: SearchBackend
    ) -> None:
        backend.rebuild(
            ALICE,
            [
                document(1, "a.jpg", labels=(CAT,), taken="2020-01-01T00:00:00"),
                document(2, "b.jpg", labels=(HOUSE,), taken="2024-01-01T00:00:00"),
            ],
        )
        page = backend.search(ALICE, Request(parse(text).root, 55, {}), limit=9)
        assert [(hit.id, hit.tier) for hit in page.ids] == [
            (item_id(number), tier) for number, tier in expected
        ]
