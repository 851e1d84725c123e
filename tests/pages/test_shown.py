"""What the pages work out by themselves."""

from __future__ import annotations

import pytest

from gallery.marking import finder_for
from gallery.views.clock import clock
from gallery.views.highlight import pieces_of
from gallery.views.labels_shown import next_lower


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0, "0:00"), (7_900, "0:07"), (754_000, "12:34"), (3_723_000, "1:02:03"), (-5, "0:00")],
)
def test_times_are_written_as_people_do(milliseconds: int, shown: str) -> None:
    assert clock(milliseconds) == shown


@pytest.mark.parametrize(
    ("minimum", "values", "lower"),
    [
        (55, [98, 44, 41], 40),
        (55, [54], 50),
        (55, [55], None),
        (3, [2], 0),
        (55, [], None),
        (55, [-1], None),
    ],
)
def test_the_next_lower_confidence(minimum: int, values: list[int], lower: int | None) -> None:
    assert next_lower(minimum, values) == lower


def marked(text: str, query: str) -> list[str]:
    """What of a text is marked for a query."""
    pieces = pieces_of(text, finder_for(query)(text))
    assert "".join(piece.text for piece in pieces) == text
    return [piece.text for piece in pieces if piece.marked]


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("total", "Total, subtotal: total TOTALS", ["Total", "total", "TOTALS"]),
        ('"total due"', "total, then total due", ["total due"]),
        ("invoice", "Invoices, paid", ["Invoices"]),
        ("cafe -snow NOT rain !ice", "Café snow rain ice", ["Café"]),
        ("text:invoice label:dog place:rome", "invoice of a dog in Rome", ["invoice"]),
        ("vendor:ikea", "IKEA store", ["IKEA"]),
        ("recei*", "receipt", ["receipt"]),
        ("cat", "category", []),
        ("ab12cde", "car AB-12 CDE", ["AB-12 CDE"]),
        ("DE89 3704", "DE89 3704", ["DE89 3704"]),
        ("312", "A-1312/B", ["312"]),
        ("", "anything", []),
        ("((( AND", "anything", []),
    ],
)
def test_what_was_searched_is_marked(query: str, text: str, words: list[str]) -> None:
    assert marked(text, query) == words


def test_marks_are_cut_at_the_ends_of_a_line() -> None:
    pieces = pieces_of("total due", [(-5, 2), (6, 40)])
    assert [(piece.text, piece.marked) for piece in pieces] == [
        ("to", True),
        ("tal ", False),
        ("due", True),
    ]
