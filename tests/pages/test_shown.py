"""What the pages work out by themselves."""

from __future__ import annotations

import pytest

from gallery.views.clock import clock
from gallery.views.highlight import is_meant, pieces_of, searched_words
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


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("total due", {"total", "due"}),
        ('"total due" OR lake', {"total", "due", "lake"}),
        ("cafe -snow NOT rain !ice", {"cafe"}),
        ("text:invoice label:dog place:rome", {"invoice"}),
        ("Übergröße CAFÉ", {"ubergrosse", "cafe"}),
        ("((( AND", set()),
    ],
)
def test_searched_words(query: str, words: set[str]) -> None:
    assert searched_words(query) == words


@pytest.mark.parametrize(
    ("word", "wanted", "meant"),
    [
        ("Invoices,", "invoice", True),
        ("invoice", "invoices", True),
        ("CAFÉ", "cafe", True),
        ("cat", "catalog", False),
        ("category", "cat", False),
        ("due", "due", True),
    ],
)
def test_which_words_are_meant(word: str, wanted: str, meant: bool) -> None:
    assert is_meant(word, frozenset({wanted})) is meant


def test_pieces_put_together_are_the_text() -> None:
    text = "  Total: 12.50 — total, TOTALS! "
    pieces = pieces_of(text, frozenset({"total"}))
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.marked] == ["Total", "total", "TOTALS"]
