"""Pieces of text around what matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.snippets import WIDTH, snippet
from search.types import SnippetPart


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("Total due 12", [(6, 9)]) == (
        SnippetPart("Total "),
        SnippetPart("due", highlighted=True),
        SnippetPart(" 12"),
    )


def test_a_long_text_is_cut_at_words() -> None:
    text = "lorem ipsum " * 40 + "needle" + " dolor sit" * 40
    at = text.index("needle")
    parts = snippet(text, [(at, at + 6)])
    shown = "".join(part.text for part in parts)
    assert parts[0].text == "…"
    assert parts[-1].text == "…"
    assert [part.text for part in parts if part.highlighted] == ["needle"]
    assert set(shown.strip("…").split()) <= {"lorem", "ipsum", "needle", "dolor", "sit"}


def test_controls_become_blanks_and_markup_stays_text() -> None:
    parts = snippet("a\x00b\n<b>\u202ex", [(0, 1)])
    assert "".join(part.text for part in parts) == "a b <b> x"


@given(
    st.text(max_size=600), st.lists(st.tuples(st.integers(0, 600), st.integers(1, 40)), max_size=8)
)
def test_any_ranges_give_a_bounded_snippet(text: str, raw: list[tuple[int, int]]) -> None:
    ranges = sorted((start, start + size) for start, size in raw if start + size <= len(text))
    parts = snippet(text, ranges)
    assert len("".join(part.text for part in parts)) <= WIDTH + 2
    if ranges:
        start, end = ranges[0]
        before, (marked, *_) = _until_marked(parts)
        assert len(before) <= 61, "the match is where it is seen, however narrow the page"
        assert len(marked) == end - start


def _until_marked(parts: tuple[SnippetPart, ...]) -> tuple[str, list[str]]:
    """Return what stands before the first mark, and the marks."""
    at = next(number for number, part in enumerate(parts) if part.highlighted)
    before = "".join(part.text for part in parts[:at])
    return before, [part.text for part in parts if part.highlighted]


@pytest.mark.parametrize("length", [61, 120, 155, 160, 161, 400])
@pytest.mark.parametrize("filler", ["word ", "x", "日本", "a\n"])
def test_a_match_at_the_end_of_a_long_line_is_near_the_beginning(length: int, filler: str) -> None:
    text = (filler * length)[:length] + "needle"
    before, marked = _until_marked(snippet(text, [(length, length + 6)]))
    assert marked == ["needle"]
    assert before.startswith("…")
    assert len(before) <= 51
