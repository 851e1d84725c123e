"""What every search engine must do with places by distance."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.backends.base import Request, SearchBackend
from search.language import parse
from search.types import SearchDocument
from tests.search.corpus import BOB, document, label

# 6.6 km, 24 km and 274 km from the middle of Lisbon; both sides of the date line; the pole.
_POSITIONS = {
    1: (38.6979, -9.2056),
    2: (38.8029, -9.3817),
    3: (41.1579, -8.6291),
    4: (-17.8, 179.999),
    5: (-17.8, -179.999),
    6: (-89.999, 120.0),
    7: (48.8584, 2.2945),
    8: (0.0, 0.0),
}


def positioned_library() -> list[SearchDocument]:
    """Return a document at each of the positions, and one that lies nowhere."""
    dog = (label("Dog", 90),)
    return [
        *(
            document(number, f"{number}.jpg", position=position, labels=dog if number < 3 else ())
            for number, position in _POSITIONS.items()
        ),
        document(9, "lisbon.jpg", place="Lisbon, Portugal"),
    ]


class NearContract:
    """A part of ``BackendContract``: circles on the Earth."""

    @pytest.fixture(scope="class")
    @classmethod
    def positioned(cls, new_backend: Callable[[], SearchBackend]) -> SearchBackend:
        """An engine with positions in it, which the class's tests only read."""
        backend = new_backend()
        backend.rebuild(BOB, positioned_library())
        return backend

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("near:lisbon", [1, 2]),
            ('near:"Lisbon"', [1, 2]),
            ('near:"lisbon",20km', [1]),
            ('near:"lisbon", 5km', []),
            ("near:lisbon,5mi", [1]),
            ("near:lisbon,300", [1, 2, 3]),
            ("near:38.71667,-9.13333,6800m", [1]),
            ("near:38.71667,-9.13333,6000m", []),
            ("near:38.7,-9.1", [1]),
            ("near:-17.8,179.99,5km", [4, 5]),
            ("near:-17.8,-180,5km", [4, 5]),
            ("near:-90,0,1km", [6]),
            ("near:0,0,100m", [8]),
            ("near:0,0,20000km", [1, 2, 3, 4, 5, 6, 7, 8]),
            ("near:paris", [7]),
            ('near:"paris, texas"', []),
            ("near:paris OR near:lisbon,20km", [1, 7]),
            ("dog near:lisbon,20km", [1]),
            ("dog -near:lisbon,20km", [2]),
            ("-near:0,0,20000km", [9]),
            ("near:nowhere lisbon", []),
        ],
    )
    def test_what_lies_within_a_circle_is_found(
        self, positioned: SearchBackend, text: str, expected: list[int]
    ) -> None:
        request = Request(parse(text).root, 55, {})
        page = positioned.search(BOB, request, limit=50)
        assert sorted(hit.id.int - 1000 for hit in page.ids) == expected
        assert page.total == len(expected)
