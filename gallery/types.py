"""Frozen values that engines return, services store and pages show.

Boxes are ratios 0-1 of the upright picture, confidences are 0-100,
times in videos are milliseconds, pages count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the upright picture; ratios 0-1 of its width and height."""

    left: float
    top: float
    width: float
    height: float

    def clipped(self) -> Box:
        """Return the part that lies on the picture, rounded to 4 places."""
        left, top = min(max(self.left, 0.0), 1.0), min(max(self.top, 0.0), 1.0)
        right = min(max(self.left + self.width, left), 1.0)
        bottom = min(max(self.top + self.height, top), 1.0)
        return Box(round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4))


@dataclass(frozen=True, slots=True)
class Instance:
    """One place in the picture where a label was seen."""

    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a video, in milliseconds, during which something was seen."""

    start_ms: int
    end_ms: int
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class DetectedLabel:
    """What an engine saw: taxonomy name, confidence 0-100, where and when.

    ``source`` names who says so where that is not the engine whose answer it stands in.
    """

    name: str
    confidence: float
    parents: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    instances: tuple[Instance, ...] = ()
    moments: tuple[Moment, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text in reading order; ``handwritten`` is None when unknown."""

    text: str
    confidence: float
    box: Box
    words: tuple[Word, ...] = ()
    handwritten: bool | None = None


@dataclass(frozen=True, slots=True)
class TextPage:
    """The text of one page, picture or sampled video frame.

    ``start_ms``/``end_ms`` are set for frames of a video only; there ``number``
    counts the frames from 1. ``source`` is "layer" for a PDF's own text, else
    the engine's name.
    """

    number: int
    lines: tuple[TextLine, ...] = ()
    source: str = ""
    rotation: int = 0
    start_ms: int | None = None
    end_ms: int | None = None

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Field:
    """A key and its value on a receipt, an invoice or a form.

    ``key`` is what stands on the page ("Invoice no."), empty where nothing does; ``kind`` is
    the standard name of a field that everybody knows: vendor, date, total, currency, tax,
    subtotal, invoice_number, due_date; empty for others. ``value`` is the text as it stands
    there; ``normalized`` is the form to compare: an ISO date, an amount like "1234.50", an
    ISO 4217 currency code, else empty. ``page`` is the TextPage's number.
    """

    key: str
    value: str
    confidence: float
    page: int = 1
    kind: str = ""
    normalized: str = ""
    key_box: Box | None = None
    value_box: Box | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell; rows and columns count from 1, spans are 1 for plain cells."""

    row: int
    column: int
    text: str
    confidence: float
    box: Box
    row_span: int = 1
    column_span: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table on a page, its cells in reading order."""

    page: int
    box: Box
    cells: tuple[Cell, ...]
    title: str = ""
    confidence: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rulings:
    """The straight lines drawn on page ``number``, as thin boxes, for finding tables by them.

    The boxes lie on the page made straight: there what was at (x, y) of the picture is at
    (x - ``lean`` * y, y - ``fall`` * x).
    """

    number: int
    horizontal: tuple[Box, ...] = ()
    vertical: tuple[Box, ...] = ()
    fall: float = 0.0
    lean: float = 0.0


@dataclass(frozen=True, slots=True)
class Coordinates:
    """WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    city: str = ""
    region: str = ""
    country: str = ""
    country_code: str = ""


class DateSource(StrEnum):
    """Where an item's date comes from: its file, its owner, what is printed on it, its upload."""

    EXIF = "exif"
    SIDECAR = "sidecar"
    VIDEO = "video"
    FILE_NAME = "filename"
    DOCUMENT = "document"
    OWNER = "owner"
    PRINTED = "printed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What ``inspect`` learns from a file without judging what it shows.

    ``width`` and ``height`` are those of the upright picture, in pixels.
    ``taken_local`` is ISO 8601 wall-clock time at the place of capture, with no
    offset; ``taken_offset`` is minutes east of UTC where known;
    ``taken_source`` says where the date came from (exif, sidecar, video,
    filename, document).
    """

    width: int = 0
    height: int = 0
    duration_ms: int | None = None
    page_count: int | None = None
    taken_local: str = ""
    taken_offset: int | None = None
    taken_source: str = ""
    coordinates: Coordinates | None = None
    camera_make: str = ""
    camera_model: str = ""
    lens: str = ""
    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    video_codec: str = ""
    audio_codec: str = ""
    rotation: int = 0
    frame_count: int = 1
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A derived picture or video that a render run wrote to ``path``.

    ``name`` is the rendition's name: thumb, preview, poster, play,
    page-0001 ..., frame-000000 (milliseconds).
    """

    name: str
    path: str
    content_type: str
    width: int
    height: int
    size_bytes: int
    start_ms: int | None = None
    end_ms: int | None = None
