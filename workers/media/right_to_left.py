"""Words of right-to-left scripts in the order they are read.

Where a careless program drew them from left to right, what is seen is reversed, and so is what
is read from the places of the letters. Only the letters tell: some stand at the end of words
alone, never at the beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from gallery.types import TextLine, Word

# Teh marbuta, alef maksura; final kaf, mem, nun, pe, tsadi.
_LAST_LETTERS = frozenset("ةىךםןףץ")
# Numbers and Latin words within a word are written from left to right, either way.
_RUNS = re.compile(r"[0-9A-Za-z\u0660-\u0669.,:/-]*[0-9A-Za-z\u0660-\u0669]|.", re.DOTALL)


def is_right_to_left(text: str) -> bool:
    """True when the first character belongs to a right-to-left script."""
    return unicodedata.bidirectional(text[:1]) in ("R", "AL")


def in_reading_order(words: list[Word]) -> list[Word]:
    """Return the words of a line as they are read, if most of it is read from right to left."""
    backwards = sum(is_right_to_left(word.text) for word in words)
    if backwards <= sum(map(_is_left_to_right, words)):
        return words
    ordered: list[Word] = []
    by_place = sorted(words, key=lambda word: -word.box.left)
    for is_backwards, found in groupby(by_place, lambda word: is_right_to_left(word.text)):
        run = list(found)
        # Latin words between are read from left to right, numbers alone are not.
        is_latin = not is_backwards and any(map(_is_left_to_right, run))
        ordered += reversed(run) if is_latin else run
    return ordered


def unmirrored(lines: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """Return the lines of a page in the order they are meant; boxes stay where they are."""
    return tuple(map(_turned, lines)) if _is_mirrored(lines) else tuple(lines)


def _is_mirrored(lines: Sequence[TextLine]) -> bool:
    words = [word.text for line in lines for word in line.words if len(word.text) > 1]
    begun = sum(text[0] in _LAST_LETTERS for text in words)
    return begun > sum(text[-1] in _LAST_LETTERS for text in words)


def _turned(line: TextLine) -> TextLine:
    if not any(_has_right_to_left(word.text) for word in line.words):
        return line
    words = tuple(map(_turned_word, sorted(line.words, key=lambda word: word.box.left)))
    return replace(line, text=" ".join(word.text for word in words), words=words)


def _turned_word(word: Word) -> Word:
    if not _has_right_to_left(word.text):
        return word
    return replace(word, text="".join(reversed(_RUNS.findall(word.text))))


def _is_left_to_right(word: Word) -> bool:
    return unicodedata.bidirectional(word.text[:1]) == "L"


def _has_right_to_left(text: str) -> bool:
    return any(map(is_right_to_left, text))
