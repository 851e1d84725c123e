"""Text that was read, as the item page shows it: lines to copy, boxes to point at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gallery.models import TextPage
from gallery.views.clock import clock
from gallery.views.highlight import Piece, meant_boxes, pieces_of

_MAX_LINES = 2000


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line: its pieces, where it stands, and where its searched words stand."""

    text: str
    pieces: list[Piece]
    box: list[float]
    marks: list[list[float]]

    @property
    def marked(self) -> bool:
        return bool(self.marks) or any(piece.marked for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class ShownText:
    """The text of one page, or of one moment of a video."""

    number: int
    lines: list[ShownLine]
    start_ms: int | None
    clock: str

    @property
    def marks(self) -> list[list[float]]:
        return [mark for line in self.lines for mark in line.marks or _whole(line)]


def text_shown(pages: Iterable[TextPage], wanted: frozenset[str]) -> list[ShownText]:
    """Prepare text pages for showing, with the ``wanted`` words marked."""
    return [
        ShownText(
            number=page.number,
            lines=[_line(line, wanted) for line in page.lines[:_MAX_LINES]],
            start_ms=page.start_ms,
            clock=clock(page.start_ms) if page.start_ms is not None else "",
        )
        for page in pages
    ]


def _line(line: dict[str, object], wanted: frozenset[str]) -> ShownLine:
    words, box = line.get("words"), line.get("box")
    text = str(line.get("text", ""))
    return ShownLine(
        text=text,
        pieces=pieces_of(text, wanted),
        box=box if isinstance(box, list) else [],
        marks=meant_boxes(words, wanted) if isinstance(words, list) and wanted else [],
    )


def _whole(line: ShownLine) -> list[list[float]]:
    # An engine that gives no word boxes still lets the line be pointed at.
    return [line.box] if line.box and any(piece.marked for piece in line.pieces) else []
