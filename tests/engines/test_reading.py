"""How characters become words, and lines a page."""

from __future__ import annotations

import numpy as np
import pytest

from gallery.types import Box
from workers.analyzers.local.quads import Quad, turn_back
from workers.analyzers.local.reading_order import in_reading_order
from workers.analyzers.local.recognizer import Blank, Character, ReadLine, blanks
from workers.analyzers.local.scripts import class_priors
from workers.analyzers.local.words import split_words


def line(text: str, places: list[float], gaps: tuple[Blank, ...] = ()) -> ReadLine:
    characters = [Character(c, 0.9, place) for c, place in zip(text, places, strict=True)]
    return ReadLine(tuple(characters), 0.01, gaps)


def test_words_that_run_together_are_split_where_there_is_no_ink() -> None:
    places = [0.1, 0.15, 0.2, 0.25, 0.5, 0.55, 0.6, 0.65]
    assert [w.text for w in split_words(line("fortyfew", places))] == ["fortyfew"]
    ink_free = (Blank(0.28, 0.47, 0.6),)
    assert [w.text for w in split_words(line("62587191", places, ink_free))] == ["6258", "7191"]


def test_spaces_that_were_read_split_words() -> None:
    words = split_words(line("ab cd", [0.1, 0.2, 0.3, 0.4, 0.5]))
    assert [w.text for w in words] == ["ab", "cd"]
    assert words[0].end <= words[1].start


def test_an_empty_line_has_no_words() -> None:
    assert split_words(ReadLine((), 0.01)) == []


def test_stretches_without_ink_are_found() -> None:
    picture = np.full((20, 100, 3), 255, dtype=np.uint8)
    picture[:, 20:40] = 0
    picture[:, 70:90] = 0
    (gap,) = (blank for blank in blanks(picture) if 0.2 < blank.start < 0.6)
    assert gap.start == pytest.approx(0.40, abs=0.02)
    assert gap.end == pytest.approx(0.70, abs=0.02)
    assert gap.heights == pytest.approx(1.5, abs=0.1)


def test_rows_are_read_from_left_to_right() -> None:
    price, name, total = (
        Box(0.8, 0.1, 0.1, 0.02),
        Box(0.1, 0.102, 0.2, 0.02),
        Box(0.1, 0.2, 0.2, 0.02),
    )
    assert in_reading_order([total, price, name], lambda box: box) == [name, price, total]


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [Box(0.05, 0.1 + 0.05 * row, 0.4, 0.02) for row in range(6)]
    right = [Box(0.55, 0.1 + 0.05 * row, 0.4, 0.02) for row in range(6)]
    mixed = [box for pair in zip(right, left, strict=True) for box in pair]
    assert in_reading_order(mixed, lambda box: box) == left + right


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (0, Box(0.1, 0.2, 0.3, 0.05)),
        (90, Box(0.2, 0.6, 0.05, 0.3)),
        (180, Box(0.6, 0.75, 0.3, 0.05)),
        (270, Box(0.75, 0.1, 0.05, 0.3)),
    ],
)
def test_boxes_are_turned_back(rotation: int, expected: Box) -> None:
    assert turn_back(Box(0.1, 0.2, 0.3, 0.05), rotation) == expected


def test_a_region_on_end_is_read_downwards() -> None:
    on_end = Quad(((10, 10), (20, 10), (20, 90), (10, 90)))
    lying = on_end.lying()
    assert lying.width > lying.height
    assert lying.part(0.0, 0.5).box(100, 100) == Box(0.1, 0.1, 0.1, 0.4)


def test_scripts_that_nobody_asked_for_need_better_evidence() -> None:
    alphabet = ["", "a", "é", "中", "ж"]
    assert class_priors(alphabet, []).tolist() == [1, 1, 1, 1, 1]
    english = class_priors(alphabet, ["en"])
    assert english[1] == 1 and english[2] < 1 and english[3] < english[2]
    assert class_priors(alphabet, ["fr"])[2] == 1
    assert class_priors(alphabet, ["zh"])[3] == 1
    assert class_priors(alphabet, ["ru"])[4] == 1
