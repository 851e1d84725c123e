"""A stored text in pieces, of which those that were searched are marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gallery.marking import Range


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line's text, marked or not."""

    text: str
    marked: bool = False


def pieces_of(text: str, ranges: Sequence[Range]) -> list[Piece]:
    """Split ``text`` where marking starts and ends; ranges beyond its ends are cut."""
    return [piece for piece in _pieces(text, ranges) if piece.text]


def _pieces(text: str, ranges: Sequence[Range]) -> Iterator[Piece]:
    position = 0
    for first, last in ranges:
        start, end = max(first, position), min(last, len(text))
        if start < end:
            yield Piece(text[position:start])
            yield Piece(text[start:end], marked=True)
            position = end
    yield Piece(text[position:])
