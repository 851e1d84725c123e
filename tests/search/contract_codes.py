"""What every search engine must do with codes: plates, part, phone and account numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.backends.base import Request, SearchBackend
from search.language import parse
from search.types import SearchDocument, Tier
from tests.search.corpus import BOB, document

_TEXTS = {
    1: "Konto DE89 3704 0044 0532 0130 00\nBIC COBADEFFXXX",
    2: "Spare part A-1312/B, 4 pieces",
    3: "parked beside AB-12 CDE",
    4: "Tel. +49 (0)89 1234-567",
    5: "order 0089120241 of 2019",
    6: "Total due RM133.90\nCash 200.00",
    7: "serial 7Q-88.41/X\n5500 12",
    8: "1 2 3 4 9 9 1\n3120",
    9: "the year 2024 in numbers",
    10: "ring 089 / 1234567",
    11: "KONTO DE89370400440532013000",
    12: "注文\uff21\uff22\uff0d\uff11\uff12\uff13\uff14号",
}


def code_library() -> list[SearchDocument]:
    """Return a document for each of the texts, and three with codes in their names."""
    day = "2019-01-01T12:00:00"
    return [
        *(
            document(number, f"page {number}.jpg", text=text, taken=day)
            for number, text in _TEXTS.items()
        ),
        document(20, "IMG_WX-2034.jpg", taken=day),
        document(21, "IMG_20240531_120240.jpg", caption="ticket K9 77-31", taken=day),
        document(22, "beach.mp4", field="invoice number INV-2024-0017", taken=day),
    ]


class CodeContract:
    """A part of ``BackendContract``: separators do not matter, and parts are found."""

    @pytest.fixture(scope="class")
    @classmethod
    def coded(cls, new_backend: Callable[[], SearchBackend]) -> SearchBackend:
        """An engine with codes in it, which the class's tests only read."""
        backend = new_backend()
        backend.rebuild(BOB, code_library())
        return backend

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("DE89370400440532013000", [1, 11]),
            ("de89 3704 0044 0532 0130 00", [1, 11]),
            ("DE89-3704-0044", [1, 11]),
            ("320130", [1, 11]),
            ("DE89370400440532013001", []),
            ("text:DE89370400", [1, 11]),
            ("name:DE89370400", []),
            ('"DE89370400440532013000"', [11]),
            ('"3704 0044"', [1]),
            ("312", [2, 8]),
            ("1312", [2]),
            ("a131", [2]),
            ("A1312B", [2]),
            ("312/b", [2]),
            ("1314", []),
            ("AB12CDE", [3]),
            ("ab12 cde", [3]),
            ("parked AB12CDE", [3]),
            ("AB 12 CDE", [3]),
            ("AB12CD", [3]),
            ("0891234567", [4, 10]),
            ("+49891234567", [4, 10]),
            ("+49 (0)89 1234567", [4, 10]),
            ("0049891234567", [4, 10]),
            ("089/1234-567", [4, 10]),
            ("1234567", [4, 10]),
            ("7Q8841X", [7]),
            ("8841", [7]),
            ("550012", [7]),
            ("41x55", []),
            ("33.90", []),
            ("133.90", [6]),
            ("339", []),
            ("20000", []),
            ("2024", [9]),
            ("202405", [21]),
            ("2024-05-31", [21]),
            ("20:24", []),
            ("1234991", [8]),
            ("913", []),
            ("9913120", []),
            ("AB1234", [12]),
            ("\uff21\uff22\uff11\uff12\uff13\uff14", [12]),
            ("WX2034", [20]),
            ("img2034", []),
            ("imgwx2034", [20]),
            ("name:wx20", [20]),
            ("jpg2", []),
            ("K97731", [21]),
            ("caption:K97731", [21]),
            ("97731", []),
            ("text:97731", []),
            ("field:INV20240017", [22]),
            ("INV20240017", []),
            ("INV20240017 OR K97731", [21]),
            ("page -312", [1, 3, 4, 5, 6, 7, 9, 10, 11, 12]),
            ("8841*", []),
            ("jpg31", []),
        ],
    )
    def test_codes_are_found_by_their_parts(
        self, coded: SearchBackend, text: str, expected: list[int]
    ) -> None:
        assert sorted(self._found(coded, text)) == expected

    def test_a_part_ranks_below_the_whole_word(self, coded: SearchBackend) -> None:
        assert self._found(coded, "3120 OR 312") == {8: Tier.EXACT, 2: Tier.STEM}
        assert self._found(coded, "DE89370400440532013000") == {11: Tier.EXACT, 1: Tier.STEM}
        assert self._found(coded, "wx2034") == {20: Tier.STRONG}

    @staticmethod
    def _found(backend: SearchBackend, text: str) -> dict[int, Tier]:
        page = backend.search(BOB, Request(parse(text).root, 55, {}), limit=50)
        return {hit.id.int - 1000: hit.tier for hit in page.ids}
