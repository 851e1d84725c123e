"""What every search engine must do with totals and their currencies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.backends.base import Request, SearchBackend
from search.language import parse
from tests.search.corpus import BOB, document

# Cents and currency of each document's total.
_TOTALS = {
    1: (5_000, "eur"),
    2: (5_001, "usd"),
    3: (123_456, "eur"),
    4: (990, ""),
    5: (6_000, "aud"),
    6: (6_000, "myr"),
}


class AmountsContract:
    """A part of ``BackendContract``: amounts in any currency, or in one."""

    @pytest.fixture(scope="class")
    @classmethod
    def billed(cls, new_backend: Callable[[], SearchBackend]) -> SearchBackend:
        """An engine with totals in it, which the class's tests only read."""
        backend = new_backend()
        backend.rebuild(
            BOB,
            [
                *(
                    document(
                        number,
                        f"{number}.pdf",
                        total=cents,
                        choices=(f"currency={code}",) if code else (),
                    )
                    for number, (cents, code) in _TOTALS.items()
                ),
                document(9, "note.pdf", choices=("currency=eur",)),
            ],
        )
        return backend

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("total:>50", [2, 3, 5, 6]),
            ("total:>=50", [1, 2, 3, 5, 6]),
            ("total:>50eur", [3]),
            ("total:>=50EUR", [1, 3]),
            ("total:€50", [1]),
            ("total:50€", [1]),
            ('total:"50 euros"', [1]),
            ("total:$50", [2]),
            ("total:>$50", [2, 5]),
            ("total:>us$50", [2]),
            ("total:rm60", [6]),
            ("total:1.234,56", [3]),
            ("total:1,234.56", [3]),
            ("total:1234.56eur", [3]),
            ("total:1234.56usd", []),
            ("total:1.234", [3]),
            ("total:9,90", [4]),
            ("total:9,90eur", []),
            ("total:50eur..2000eur", [1, 3]),
            ("total:[50 TO 60]", [1, 2, 5, 6]),
            ("-total:>50eur", [1, 2, 4, 5, 6, 9]),
            ("currency:eur", [1, 3, 9]),
            ("currency:$", [2, 5]),
            ("currency:ringgit", [6]),
            ("currency:chf", []),
            ("total:>1 -currency:eur", [2, 4, 5, 6]),
        ],
    )
    def test_totals_are_found_by_amount_and_currency(
        self, billed: SearchBackend, text: str, expected: list[int]
    ) -> None:
        page = billed.search(BOB, Request(parse(text).root, 55, {}), limit=50)
        assert sorted(hit.id.int - 1000 for hit in page.ids) == expected
