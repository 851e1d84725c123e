"""Characters to words: the recognizer often leaves spaces out, their gaps stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from workers.analyzers.local.recognizer import Character, ReadLine

# A gap is a space when it is this many times the usual distance of characters,
# at least this many columns of the network's answer longer, and has no ink for
# this many line heights.
SPACE_RATIO = 1.5
SPACE_COLUMNS = 1.0
SPACE_HEIGHTS = 0.2
# With fewer pairs of neighbors the usual distance is not known.
MIN_PAIRS = 3
# A script without spaces between words: its distances say nothing.
FIRST_WIDE_CHARACTER = "\u2e80"


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word on its line; ``start`` and ``end`` are ratios of the line's length."""

    text: str
    confidence: float
    start: float
    end: float


def split_words(line: ReadLine) -> list[ReadWord]:
    """Return the words of a line, left to right."""
    pitch = _pitch(line.characters)
    words: list[list[Character]] = [[]]
    previous: Character | None = None
    for character in line.characters:
        if character.text.isspace() or _is_gap(line, previous, character, pitch):
            words.append([])
        if not character.text.isspace():
            words[-1].append(character)
            previous = character
    half = (pitch or line.step * 2) / 2
    return [_word(characters, half) for characters in words if characters]


def _pitch(characters: Sequence[Character]) -> float | None:
    """Return the usual distance of neighbors within words, if there are enough."""
    distances = [
        after.place - before.place
        for before, after in pairwise(characters)
        if not before.text.isspace() and not after.text.isspace()
    ]
    return median(distances) if len(distances) >= MIN_PAIRS else None


def _is_gap(
    line: ReadLine, previous: Character | None, character: Character, pitch: float | None
) -> bool:
    if previous is None or pitch is None:
        return False
    if max(previous.text, character.text) >= FIRST_WIDE_CHARACTER:
        return False
    gap = character.place - previous.place
    if gap <= max(SPACE_RATIO * pitch, pitch + SPACE_COLUMNS * line.step):
        return False
    return any(
        blank.heights >= SPACE_HEIGHTS
        and blank.end > previous.place
        and blank.start < character.place
        for blank in line.blanks
    )


def _word(characters: Sequence[Character], half: float) -> ReadWord:
    return ReadWord(
        "".join(c.text for c in characters),
        sum(c.confidence for c in characters) / len(characters),
        max(0.0, characters[0].place - half),
        min(1.0, characters[-1].place + half),
    )
