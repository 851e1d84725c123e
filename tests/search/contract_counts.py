"""What every engine must count and page through, however much there is of it."""

from __future__ import annotations

import pytest

from search.backends.base import Request, SearchBackend
from search.language import parse
from search.types import Position, Tier
from tests.search.corpus import ALICE, document, item_id, label


def asked(text: str) -> Request:
    return Request(parse(text).root, 55, {})


class CountsContract:
    """Expects the fixtures ``library``, to be read, and ``backend``, an empty engine."""

    @pytest.mark.parametrize(
        ("threshold", "hidden"),
        [
            (0, ""),
            (60, "Dog"),
            (61, "Dog Beach"),
            (90, "Dog Beach Car House Retriever"),
            (91, "Dog Beach Car House Retriever Snow"),
            (97, "Dog Beach Car House Retriever Snow Coffee"),
            (98, "Dog Beach Car House Retriever Snow Coffee Beagle"),
            (100, "Dog Beach Car House Retriever Snow Coffee Beagle"),
        ],
    )
    def test_every_threshold_counts_completes_and_chooses_the_same(
        self, library: SearchBackend, threshold: int, hidden: str
    ) -> None:
        every = [
            "Beagle",
            "Beach",
            "Snow",
            "House",
            "Dog",
            "Coffee",
            "Car",
            "Sea",
            "Golden",
            "Retriever",
        ]
        names = set(every) - set(hidden.split())
        everything = Request(None, threshold, {})
        counted = library.facets(ALICE, everything, size=20)["label"]
        assert {value.value.split()[-1] for value in counted} == names - {"Golden"}
        for name in ("Beagle", "Beach", "Snow", "Dog", "Sea"):
            known = library.names(ALICE, "label", name.lower(), min_confidence=threshold, limit=5)
            assert known == ({name: 1} if name in names else {})
            chosen = Request(None, threshold, {"label": (name,)})
            assert library.search(ALICE, chosen, limit=9).total == (name in names)

    def test_a_library_of_very_many_labels_is_counted(self, backend: SearchBackend) -> None:
        """More names and confidences than an engine gives at once."""
        many = [
            document(
                number,
                "many.jpg",
                labels=tuple(label(f"L{number % 7}x{one}", 30 + one % 70) for one in range(700)),
            )
            for number in range(1, 31)
        ]
        backend.rebuild(ALICE, [*many, document(40, "one.jpg", labels=(label("L1x69", 99),))])
        for threshold in (55, 57):
            counted = backend.facets(ALICE, Request(None, threshold, {}), size=3)["label"]
            assert [(value.value, value.count) for value in counted] == [
                ("L1x69", 6),
                ("L1x100", 5),
                ("L1x101", 5),
            ]


class PagesContract:
    """Expects the same fixtures."""

    def test_a_page_behind_the_last_tier_is_empty(self, library: SearchBackend) -> None:
        """The next page of corrected spellings is first asked for as it was typed."""
        behind = Position(Tier.TYPO, 2**40, str(item_id(1)))
        page = library.search(ALICE, asked("dog"), limit=5, after=behind)
        assert (page.ids, page.total, page.end) == ((), 3, None)

    def test_pages_hold_when_more_items_are_of_one_moment_than_are_read_at_once(
        self, backend: SearchBackend
    ) -> None:
        backend.rebuild(ALICE, [document(number, "same.jpg") for number in range(1, 91)])
        found: list[int] = []
        after = None
        for _ in range(30):
            page = backend.search(ALICE, asked("same"), limit=7, after=after)
            found += (hit.id.int - item_id(0).int for hit in page.ids)
            after = page.end
            if after is None:
                break
        assert found == list(range(90, 0, -1))
