"""Text that was read, as the item page shows it: lines to copy, boxes to point at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gallery.marking import Finder, Range, boxes_of
from gallery.models import TextPage
from gallery.types import Box
from gallery.views.clock import clock
from gallery.views.highlight import Piece, pieces_of

_MAX_LINES = 2000


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line: its pieces and where it stands."""

    text: str
    pieces: list[Piece]
    box: list[float]

    @property
    def marked(self) -> bool:
        return any(piece.marked for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class ShownText:
    """The text of a page or of a moment of a video; ``marks`` are the boxes of what is meant."""

    number: int
    lines: list[ShownLine]
    marks: list[Box]
    start_ms: int | None
    clock: str


def text_shown(pages: Iterable[TextPage], find: Finder) -> list[ShownText]:
    """Prepare text pages for showing, with what ``find`` finds in them marked."""
    return [_shown(page, page.lines[:_MAX_LINES], find) for page in pages]


def _shown(page: TextPage, lines: Sequence[dict[str, Any]], find: Finder) -> ShownText:
    # Offsets count as in the text that is searched: a break behind each line.
    ranges = find("\n".join(line["text"] for line in lines))
    return ShownText(
        number=page.number,
        lines=list(_lines(lines, ranges)),
        marks=list(boxes_of(lines, ranges)),
        start_ms=page.start_ms,
        clock=clock(page.start_ms) if page.start_ms is not None else "",
    )


def _lines(lines: Sequence[dict[str, Any]], ranges: Sequence[Range]) -> Iterator[ShownLine]:
    offset = 0
    for line in lines:
        text, end = line["text"], offset + len(line["text"])
        here = [(start - offset, last - offset) for start, last in ranges if start < end]
        pieces = pieces_of(text, [(max(start, 0), last) for start, last in here if last > 0])
        yield ShownLine(text, pieces, line.get("box") or [])
        offset = end + 1
