"""Textract's lines and words as pages of text, in the order in which a person reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import atan2, degrees
from typing import Any

from trp import Document, Page

from gallery.types import Box, TextLine, TextPage, Word
from workers.analyzers.local.reading_order import in_reading_order

SOURCE = "textract"
MAX_LINES = 5_000
_HANDWRITING = "HANDWRITING"


def pages_of(document: Document, numbers: list[int]) -> tuple[TextPage, ...]:
    """The document's pages, each under its number; boxes are of the picture as it was given."""
    return tuple(_page(page, number) for page, number in zip(document.pages, numbers, strict=True))


def box_of(block: Any) -> Box:
    """The place of a parsed block."""
    bounds = block.geometry.boundingBox
    return Box(bounds.left, bounds.top, bounds.width, bounds.height).clipped()


def _page(page: Page, number: int) -> TextPage:
    rotation = _rotation(page)
    lines = [_line(line) for line in page.lines[:MAX_LINES] if line.text.strip()]
    ordered = in_reading_order(lines, lambda line: turned(line.box, rotation))
    return TextPage(number, tuple(ordered), SOURCE, rotation)


def _line(line: Any) -> TextLine:
    words = tuple(
        Word(word.text, word.confidence, box_of(word)) for word in line.words if word.text.strip()
    )
    kinds = [word.textType for word in line.words if word.textType]
    written = sum(kind == _HANDWRITING for kind in kinds) * 2 > len(kinds) if kinds else None
    return TextLine(line.text, line.confidence, box_of(line), words, written)


def _rotation(page: Page) -> int:
    """Degrees, in quarters, that the picture must be turned clockwise to be read."""
    turns = Counter(_turns(page))
    return turns.most_common(1)[0][0] if turns else 0


def _turns(page: Page) -> Iterator[int]:
    """What each longer word says: its corners start at the top left of the word as it is read."""
    for line in page.lines[:MAX_LINES]:
        corners = line.geometry.polygon
        if len(corners) == 4 and len(line.text) > 2:
            angle = degrees(atan2(corners[1].y - corners[0].y, corners[1].x - corners[0].x))
            yield -round(angle / 90) * 90 % 360


def turned(box: Box, rotation: int) -> Box:
    """The box on the picture after that has been turned clockwise by quarters."""
    right, bottom = box.left + box.width, box.top + box.height
    if rotation == 90:
        return Box(1 - bottom, box.left, box.height, box.width)
    if rotation == 180:
        return Box(1 - right, 1 - bottom, box.width, box.height)
    if rotation == 270:
        return Box(box.top, 1 - right, box.height, box.width)
    return box
