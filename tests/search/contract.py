"""What every search engine must do. An engine joins by a class with a ``backend`` fixture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from search.backends.base import Request, SearchBackend
from search.language import parse
from search.types import FoundId, Gone, Tier
from tests.search.contract_amounts import AmountsContract
from tests.search.contract_codes import CodeContract
from tests.search.contract_counts import CountsContract, PagesContract
from tests.search.contract_finds import FINDS
from tests.search.contract_names import NamesContract
from tests.search.contract_near import NearContract
from tests.search.contract_writes import WritesContract
from tests.search.corpus import ALICE, BOB, corpus, document, item_id, label


def numbers(found: Iterable[FoundId]) -> list[int]:
    return [hit.id.int - 1000 for hit in found]


def request(text: str, *, min_confidence: int = 55, ranked: bool = True, **filters: str) -> Request:
    chosen = {facet: (value,) for facet, value in filters.items()}
    return Request(parse(text).root, min_confidence, chosen, is_ranked=ranked)


def fill(backend: SearchBackend) -> SearchBackend:
    backend.rebuild(ALICE, corpus())
    backend.rebuild(BOB, [document(50, "bob-secret-dog.jpg", labels=(label("Dog", 99),))])
    return backend


class BackendContract(
    AmountsContract,
    CodeContract,
    CountsContract,
    NamesContract,
    NearContract,
    PagesContract,
    WritesContract,
):
    """Subclasses give ``new_backend`` (class scope): a function that makes empty engines."""

    @pytest.fixture
    def backend(self, new_backend: Callable[[], SearchBackend]) -> SearchBackend:
        return new_backend()

    @pytest.fixture
    def filled(self, backend: SearchBackend) -> SearchBackend:
        """An engine that the test may change."""
        return fill(backend)

    @pytest.fixture(scope="class")
    @classmethod
    def library(cls, new_backend: Callable[[], SearchBackend]) -> SearchBackend:
        """An engine that the class's tests only read."""
        return fill(new_backend())

    def ids(self, backend: SearchBackend, text: str, **options: object) -> list[int]:
        return numbers(backend.search(ALICE, request(text, **options), limit=50).ids)  # type: ignore[arg-type]

    @pytest.mark.parametrize(("text", "expected"), FINDS)
    def test_finds(self, library: SearchBackend, text: str, expected: list[int]) -> None:
        assert self.ids(library, text) == expected

    @pytest.mark.parametrize(
        ("threshold", "expected"), [(0, [2, 1, 3]), (38, [2, 1, 3]), (81, [1]), (98, [])]
    )
    def test_labels_below_the_threshold_are_not_met(
        self, library: SearchBackend, threshold: int, expected: list[int]
    ) -> None:
        assert self.ids(library, "label:dog", min_confidence=threshold) == expected

    def test_ranks_by_tier_and_then_by_date(self, library: SearchBackend) -> None:
        page = library.search(ALICE, request("run OR coffee OR paris"), limit=50)
        assert [(hit.id.int - 1000, hit.tier) for hit in page.ids] == [
            (6, Tier.STRONG),
            (5, Tier.STEM),
            (2, Tier.STEM),
        ]
        assert self.ids(library, "run OR coffee OR paris", ranked=False) == [5, 2, 6]
        unsure = library.search(ALICE, request("beac*"), limit=50)
        assert [hit.tier for hit in unsure.ids] == [Tier.EXACT]

    @pytest.mark.parametrize("text", ["", "run OR dog OR total OR paris OR 東京"])
    @pytest.mark.parametrize("size", [1, 2, 3, 50])
    def test_pages_add_up_to_the_whole(self, library: SearchBackend, text: str, size: int) -> None:
        whole = library.search(ALICE, request(text), limit=50)
        found: list[FoundId] = []
        after = None
        while True:
            page = library.search(ALICE, request(text), limit=size, after=after)
            assert page.total == whole.total == len(whole.ids)
            found += page.ids
            after = page.end
            if after is None:
                break
        assert tuple(found) == whole.ids

    def test_pages_hold_when_all_items_are_of_one_second(self, backend: SearchBackend) -> None:
        backend.rebuild(ALICE, [document(number, "same.jpg") for number in range(1, 21)])
        found, after = [], None
        for _ in range(20):
            page = backend.search(ALICE, request("same"), limit=3, after=after)
            found += numbers(page.ids)
            after = page.end
            if after is None:
                break
        assert found == list(range(20, 0, -1))

    def test_new_items_do_not_shift_the_next_page(self, filled: SearchBackend) -> None:
        first = filled.search(ALICE, request("photo"), limit=3)
        newest = document(30, "new photo.jpg", taken="2025-01-01T00:00:00")
        filled.write(ALICE, [newest], [])
        second = filled.search(ALICE, request("photo"), limit=50, after=first.end)
        assert not {hit.id for hit in first.ids} & {hit.id for hit in second.ids}

    def test_facets_count_what_is_found(self, library: SearchBackend) -> None:
        facets = library.facets(ALICE, request("dog"), size=10)
        assert {v.value: v.count for v in facets["label"]} == {
            "Beagle": 1, "Beach": 1, "Golden Retriever": 1, "Snow": 1, "House": 1,
        }  # fmt: skip
        assert [(v.value, v.count) for v in facets["category"]] == [("Animals", 2)]
        assert [(v.value, v.count) for v in facets["year"]] == [
            ("2022", 1),
            ("2023", 1),
            ("2024", 1),
        ]
        assert [(v.value, v.count) for v in facets["place"]] == [("Lisbon", 1)]

    def test_facets_honor_the_threshold(self, library: SearchBackend) -> None:
        facets = library.facets(ALICE, request("", min_confidence=85), size=20)
        names = {value.value for value in facets["label"]}
        assert names == {"Beagle", "Snow", "House", "Coffee", "Sea"}

    def test_a_chosen_facet_narrows_the_others_and_keeps_its_own(
        self, library: SearchBackend
    ) -> None:
        chosen = request("dog", year="2023")
        assert numbers(library.search(ALICE, chosen, limit=9).ids) == [1]
        facets = library.facets(ALICE, chosen, size=10)
        assert {v.value: v.selected for v in facets["year"]} == {
            "2022": False, "2023": True, "2024": False,
        }  # fmt: skip
        assert {v.value for v in facets["label"]} == {"Beagle", "Beach"}

    def test_an_item_counts_in_each_of_its_albums(self, library: SearchBackend) -> None:
        facets = library.facets(ALICE, request(""), size=10)
        assert {v.value: v.count for v in facets["album"]} == {
            "Summer 2023": 2, "Rome & <b>home</b>": 1, "Winter runs": 1,
        }  # fmt: skip
        chosen = request("dog", album="Rome & <b>home</b>")
        assert numbers(library.search(ALICE, chosen, limit=9).ids) == [1]
        narrowed = library.facets(ALICE, chosen, size=10)
        assert {v.value: v.selected for v in narrowed["album"]} == {
            "Summer 2023": False, "Rome & <b>home</b>": True, "Winter runs": False,
        }  # fmt: skip
        assert {v.value for v in narrowed["label"]} == {"Beagle", "Beach"}
        both = Request(None, 55, {"album": ("Winter runs", "Summer 2023", "no such album")})
        assert numbers(library.search(ALICE, both, limit=9).ids) == [2, 1, 8]

    def test_a_label_can_be_chosen(self, library: SearchBackend) -> None:
        assert numbers(library.search(ALICE, request("", label="Snow"), limit=9).ids) == [2]
        assert numbers(library.search(ALICE, request("", label="Sea"), limit=9).ids) == [9]
        assert numbers(library.search(ALICE, request("", label="Dog"), limit=9).ids) == []

    def test_words_and_names_complete(self, library: SearchBackend) -> None:
        assert library.vocabulary(ALICE, "label", "bea", 10) == {"beach": 1, "beagle": 1}
        assert library.vocabulary(ALICE, "text", "tota", 10) == {"total": 2}
        names = library.names(ALICE, "label", "retr", min_confidence=55, limit=5)
        assert names == {"Golden Retriever": 1}
        assert library.names(ALICE, "label", "golden r", min_confidence=55, limit=5) == names
        assert library.names(ALICE, "label", "retr", min_confidence=81, limit=5) == {}
        assert library.names(ALICE, "album", "20", min_confidence=55, limit=5) == {"Summer 2023": 2}
        assert library.names(ALICE, "place", "lis", min_confidence=55, limit=5) == {"Lisbon": 1}

    def test_names_are_counted_as_facets_are_however_often_items_change(
        self, library: SearchBackend
    ) -> None:
        zebus = [
            document(60 + number, "zebu.jpg", labels=(label("Zebu", level),))
            for number, level in enumerate((97, 85, 75, 60, 40, 30))
        ]
        library.write(ALICE, zebus, [])
        library.write(ALICE, [replace(zebu, version=2) for zebu in zebus[:3]], [])
        assert library.names(ALICE, "label", "zeb", min_confidence=55, limit=5) == {"Zebu": 4}
        assert library.names(ALICE, "label", "zeb", min_confidence=96, limit=5) == {"Zebu": 1}

    def test_nothing_of_another_owner_shows(self, filled: SearchBackend) -> None:
        assert self.ids(filled, "secret OR bob") == []
        assert filled.search(ALICE, request("secret"), limit=5).total == 0
        assert filled.vocabulary(ALICE, "name", "secr", 10) == {}
        assert filled.all_words(BOB, ("text", "name"), "secr") == {"secret": 1}
        assert filled.all_words(ALICE, ("text", "name"), "secr") == {}
        assert item_id(50) not in filled.versions(ALICE)
        filled.write(ALICE, [], [Gone(item_id(50), 1)])
        assert numbers(filled.search(BOB, request("secret"), limit=5).ids) == [50]
        assert {v.value for v in filled.facets(BOB, request(""), size=9)["label"]} == {"Dog"}

    @pytest.mark.parametrize(
        "text", ["a*" * 900, "(a OR " * 300, "x?" * 900, "é~2 " * 40, "-a " * 40]
    )
    def test_hostile_queries_are_answered(self, library: SearchBackend, text: str) -> None:
        assert library.search(ALICE, request(text), limit=5).total >= 0
