"""Read the text that a PDF holds itself, with the place of each word on the upright page."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from gallery.types import Box, TextLine, TextPage, Word
from workers.media.pdf import open_pdf
from workers.media.right_to_left import in_reading_order, is_right_to_left, unmirrored

SOURCE = "layer"
_CONFIDENCE = 100.0
_MAX_CHARACTERS = 200_000
_GRID = 1_000_000
# PDFium marks a hyphen at the end of a line with these.
_HYPHENS = {0x02: "-", 0xAD: "-", 0xFFFE: "-"}
_MAX_GARBAGE = 0.2
_SCAN_COVERAGE, _FEW_WORDS = 0.5, 25
_MAX_OBJECTS = 2_000


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    left: float
    top: float
    right: float
    bottom: float


def read_text_layer(path: Path, pages: range) -> list[TextPage]:
    """Return one TextPage for each of the ``pages``, counted from 1; raises MediaError.

    A page whose own text is missing, unreadable or only a stamp on a scan has no lines: its
    picture wants to be read instead.
    """
    with open_pdf(path) as document:
        return [TextPage(number, _lines(document, number), SOURCE) for number in pages]


def _lines(document: Any, number: int) -> tuple[TextLine, ...]:
    try:
        page = _flattened_page(document, number)
        lines = tuple(_text_lines(page, page.get_textpage()))
        return unmirrored(lines) if _is_usable(page, lines) else ()
    except pypdfium2.PdfiumError:
        return ()  # a damaged page has no text layer; drawing it will tell the reason


def _flattened_page(document: Any, number: int) -> Any:
    """Return the page with its form fields made part of the page, so that their text counts."""
    page = document[number - 1]
    if pdfium.FPDFPage_GetAnnotCount(page) < 1:
        return page
    # When this fails, the page keeps the text that it had.
    pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return document[number - 1]


def _text_lines(page: Any, text_page: Any) -> Iterator[TextLine]:
    words: list[Word] = []
    characters: list[_Character] = []
    for character in _characters(page, text_page):
        if not character.text.isspace():
            characters.append(character)
            continue
        words += _word(characters)
        characters = []
        if character.text in "\r\n" and words:
            yield _line(words)
            words = []
    words += _word(characters)
    if words:
        yield _line(words)


def _characters(page: Any, text_page: Any) -> Iterator[_Character]:
    place = _Placer(page)
    rectangle = pdfium.FS_RECTF()
    for index in range(min(text_page.count_chars(), _MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        text = _HYPHENS.get(code) or chr(code)
        if text.isspace() or not pdfium.FPDFText_GetLooseCharBox(text_page, index, rectangle):
            yield _Character(text, 0, 0, 0, 0)
            continue
        x1, y1 = place(rectangle.left, rectangle.top)
        x2, y2 = place(rectangle.right, rectangle.bottom)
        yield _Character(text, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


class _Placer:
    """Turns positions of the PDF into ratios of the upright page."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._x, self._y = ctypes.c_int(), ctypes.c_int()

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        pdfium.FPDF_PageToDevice(self._page, 0, 0, _GRID, _GRID, 0, x, y, self._x, self._y)
        return self._x.value / _GRID, self._y.value / _GRID


def _word(characters: list[_Character]) -> list[Word]:
    """Join characters into a word; none when nothing of it is on the page."""
    if not characters:
        return []
    if _is_backwards(characters):
        characters = characters[::-1]
    text = "".join(one.text for one in characters)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFKC", text.replace("\0", "\ufffd"))
    left, top = min(one.left for one in characters), min(one.top for one in characters)
    right, bottom = max(one.right for one in characters), max(one.bottom for one in characters)
    box = Box(left, top, right - left, bottom - top).clipped()
    return [Word(text, _CONFIDENCE, box)] if box.width > 0 and box.height > 0 else []


def _is_backwards(characters: list[_Character]) -> bool:
    """Tell letters of a right-to-left script that are stored in the order they are seen."""
    return is_right_to_left(characters[0].text) and characters[0].left < characters[-1].left


def _line(words: list[Word]) -> TextLine:
    words = in_reading_order(words)
    left, top = min(word.box.left for word in words), min(word.box.top for word in words)
    right = max(word.box.left + word.box.width for word in words)
    bottom = max(word.box.top + word.box.height for word in words)
    text = " ".join(word.text for word in words)
    box = Box(left, top, right - left, bottom - top).clipped()
    return TextLine(text, _CONFIDENCE, box, tuple(words), handwritten=False)


def _is_usable(page: Any, lines: tuple[TextLine, ...]) -> bool:
    """Tell a page's real text from leftovers: garbage codes, or a stamp on a scanned page."""
    text = "".join(line.text for line in lines)
    if not any(one.isalnum() for one in text):
        return False
    garbage = sum(unicodedata.category(one) in ("Cc", "Co", "Cn", "Cs") for one in text)
    garbage += text.count("\ufffd")
    if garbage > _MAX_GARBAGE * len(text):
        return False
    few = sum(len(line.words) for line in lines) < _FEW_WORDS
    return not (few and _picture_share(page) > _SCAN_COVERAGE)


def _picture_share(page: Any) -> float:
    """Return how much of the page its largest picture covers."""
    width, height = page.get_size()
    largest = 0.0
    pictures = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    for _, picture in zip(range(_MAX_OBJECTS), pictures, strict=False):
        left, bottom, right, top = picture.get_bounds()
        largest = max(largest, (right - left) * (top - bottom))
    return largest / (width * height) if width > 0 and height > 0 else 0.0
