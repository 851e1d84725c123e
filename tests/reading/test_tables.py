"""Tables found by the lines that are drawn on a picture, the words put into their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gallery.sniff import PDF, PNG, WEBP
from gallery.types import Box, Rulings, Table, TextLine, TextPage, Word
from workers.media.errors import MediaError
from workers.media.limits import Limits
from workers.media.service import MediaTools
from workers.reading import extract_tables
from workers.reading.tables import MAX_TABLES

WIDTH, HEIGHT = 1000, 1400
GOODS = [["Item", "Count", "Price"], ["Pen", "2", "3.00"], ["Paper", "1", "9.98"]]


@pytest.fixture(scope="module")
def tools() -> Iterator[MediaTools]:
    media_tools = MediaTools(Limits())
    yield media_tools
    media_tools.close()


class Sheet:
    """A page that is drawn on, whose words are known."""

    def __init__(self) -> None:
        self.picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
        self.draw = ImageDraw.Draw(self.picture)
        self.words: list[Word] = []

    def write(self, x: int, y: int, text: str) -> None:
        """Draw words, and keep where they stand."""
        font = ImageFont.load_default(size=24)
        for word in text.split():
            left, top, right, bottom = self.draw.textbbox((x, y), word, font=font)
            self.draw.text((x, y), word, fill="black", font=font)
            size = ((right - left) / WIDTH, (bottom - top) / HEIGHT)
            self.words.append(Word(word, 98.0, Box(left / WIDTH, top / HEIGHT, *size)))
            x = int(right) + 10

    def table(
        self,
        cells: Sequence[Sequence[str]],
        *,
        at: tuple[int, int] = (100, 200),
        step: tuple[int, int] = (220, 60),
        line: int = 2,
        color: str = "black",
    ) -> None:
        """Draw a ruled table with all its lines."""
        (x, y), (wide, high) = at, step
        rows, columns = len(cells), len(cells[0])
        for row in range(rows + 1):
            ends = [(x, y + row * high), (x + columns * wide, y + row * high)]
            self.draw.line(ends, fill=color, width=line)
        for column in range(columns + 1):
            ends = [(x + column * wide, y), (x + column * wide, y + rows * high)]
            self.draw.line(ends, fill=color, width=line)
        for row, texts in enumerate(cells):
            for column, text in enumerate(texts):
                self.write(x + column * wide + 12, y + row * high + 14, text)

    def page(self, *, rotation: int = 0) -> TextPage:
        lines = tuple(TextLine(w.text, w.confidence, w.box, (w,)) for w in self.words)
        return TextPage(1, lines, "test", rotation)


def read(sheet: Sheet, tools: MediaTools, folder: Path) -> list[Table]:
    """Look at the drawn picture the way that stored pages are looked at."""
    path = folder / "page.webp"
    sheet.picture.save(path, quality=82)
    return extract_tables([sheet.page()], [tools.rulings(path, WEBP)])


def grid(table: Table) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


@pytest.mark.parametrize(("line", "color"), [(1, "black"), (2, "#bbbbbb"), (5, "black")])
def test_a_ruled_table(tools: MediaTools, tmp_path: Path, line: int, color: str) -> None:
    sheet = Sheet()
    sheet.write(100, 80, "What was bought in spring")
    sheet.table(GOODS, line=line, color=color)
    sheet.write(100, 500, "Thank you")
    (table,) = read(sheet, tools, tmp_path)
    assert grid(table) == GOODS
    assert [cell.header for cell in table.cells] == [True] * 3 + [False] * 6
    assert table.confidence > 90
    assert table.box.left == pytest.approx(0.1, abs=0.005)
    assert table.box.width == pytest.approx(0.66, abs=0.01)


def test_two_tables_on_a_page(tools: MediaTools, tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.table(GOODS)
    sheet.table([["A", "B"], ["1", "2"]], at=(150, 700))
    first, second = read(sheet, tools, tmp_path)
    assert grid(first) == GOODS
    assert grid(second) == [["A", "B"], ["1", "2"]]


def test_a_cell_over_several_columns(tools: MediaTools, tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.table(GOODS)
    sheet.draw.rectangle([100, 140, 760, 200], outline="black", width=2)
    sheet.write(300, 154, "Spring and summer")
    (table,) = read(sheet, tools, tmp_path)
    assert grid(table) == [["Spring and summer"], *GOODS]
    assert table.cells[0].column_span == 3
    assert table.cells[0].box.width == pytest.approx(0.66, abs=0.01)


def test_a_cell_over_several_rows(tools: MediaTools, tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.table([["Pen", "2"], ["", "3"], ["Ink", "4"]])
    sheet.draw.rectangle([105, 255, 315, 265], fill="white")
    (table,) = read(sheet, tools, tmp_path)
    assert grid(table) == [["Pen", "2"], ["3"], ["Ink", "4"]]
    assert table.cells[0].row_span == 2


def test_lines_of_words_in_a_cell_are_joined_from_top_to_bottom(
    tools: MediaTools, tmp_path: Path
) -> None:
    sheet = Sheet()
    sheet.table([["Name", ""], ["Town", "Bonn"]], step=(300, 100))
    sheet.write(412, 215, "Ann Marie")
    sheet.write(412, 255, "Lee")
    (table,) = read(sheet, tools, tmp_path)
    assert grid(table) == [["Name", "Ann Marie Lee"], ["Town", "Bonn"]]


def test_a_heading_on_a_dark_ground(tools: MediaTools, tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.draw.rectangle([100, 200, 760, 260], fill="#4477aa")
    sheet.table(GOODS)
    (table,) = read(sheet, tools, tmp_path)
    assert grid(table) == GOODS


@pytest.mark.parametrize("degrees", [-1.0, 1.0])
def test_a_table_that_lies_aslant(tools: MediaTools, tmp_path: Path, degrees: float) -> None:
    sheet = Sheet()
    sheet.table([[f"r{row}c{column}" for column in range(3)] for row in range(12)], step=(240, 60))
    sheet.picture = sheet.picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white")
    sheet.words = [Word(w.text, w.confidence, _turned(w.box, degrees)) for w in sheet.words]
    (table,) = read(sheet, tools, tmp_path)
    assert grid(table) == [[f"r{row}c{column}" for column in range(3)] for row in range(12)]
    last = table.cells[-1].box
    word = sheet.words[-1].box
    assert last.left < word.left + word.width / 2 < last.left + last.width
    assert last.top < word.top + word.height / 2 < last.top + last.height


def _turned(box: Box, degrees: float) -> Box:
    """Return where a box lies after the picture was turned about its middle."""
    angle = np.deg2rad(degrees)
    x = (box.left + box.width / 2 - 0.5) * WIDTH
    y = (box.top + box.height / 2 - 0.5) * HEIGHT
    there = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    left, top = there[0] / WIDTH + 0.5 - box.width / 2, there[1] / HEIGHT + 0.5 - box.height / 2
    return Box(float(left), float(top), box.width, box.height)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_table_that_lies_on_its_side(tools: MediaTools, tmp_path: Path, rotation: int) -> None:
    sheet = Sheet()
    sheet.table(GOODS)
    path = tmp_path / "page.png"
    sheet.picture.rotate(rotation, expand=True).save(path)
    words = [Word(w.text, w.confidence, _on_side(w.box, rotation)) for w in sheet.words]
    lines = tuple(TextLine(w.text, w.confidence, w.box, (w,)) for w in words)
    page = TextPage(1, lines, "test", rotation)
    (table,) = extract_tables([page], [tools.rulings(path, PNG)])
    assert grid(table) == GOODS
    for cell, word in zip(table.cells, words, strict=True):
        assert cell.box.left <= word.box.left <= cell.box.left + cell.box.width
        assert cell.box.top <= word.box.top <= cell.box.top + cell.box.height


def _on_side(box: Box, rotation: int) -> Box:
    for _ in range(rotation // 90):
        box = Box(box.top, 1 - box.left - box.width, box.height, box.width)
    return box


def test_frames_underlines_and_text_are_no_tables(tools: MediaTools, tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.draw.rectangle([40, 40, 960, 1360], outline="black", width=3)
    sheet.draw.line([(100, 300), (800, 300)], fill="black", width=2)
    for row in range(20):
        sheet.write(100, 340 + row * 40, "There was an old man with a beard who said")
    assert read(sheet, tools, tmp_path) == []


def test_an_empty_grid_is_no_table(tools: MediaTools, tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.table([["", ""], ["", ""]])
    assert read(sheet, tools, tmp_path) == []


def test_a_picture_of_noise_has_no_tables_and_ends(tools: MediaTools, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 2, (2000, 2000), dtype=np.uint8) * 255
    path = tmp_path / "noise.png"
    Image.fromarray(noise).save(path)
    assert extract_tables([Sheet().page()], [tools.rulings(path, PNG)]) == []


def test_a_grid_of_a_thousand_lines_is_bounded(tools: MediaTools, tmp_path: Path) -> None:
    lined = np.full((2000, 2000), 255, dtype=np.uint8)
    lined[::8] = 0
    lined[:, ::8] = 0
    path = tmp_path / "lined.png"
    Image.fromarray(lined).save(path)
    rulings = tools.rulings(path, PNG)
    assert len(rulings.horizontal) <= 600
    assert len(rulings.vertical) <= 600
    assert len(extract_tables([Sheet().page()], [rulings])) <= MAX_TABLES


def test_a_damaged_picture_gives_a_reason(tools: MediaTools, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    with pytest.raises(MediaError):
        tools.rulings(path, PNG)


def test_rulings_of_other_pages_are_left_alone() -> None:
    lines = tuple(Box(0.1, y, 0.5, 0.001) for y in (0.1, 0.2, 0.3))
    upright = tuple(Box(x, 0.1, 0.001, 0.2) for x in (0.1, 0.3, 0.6))
    words = [Word(w, 99.0, Box(x, y, 0.05, 0.02)) for w, x, y in _PLACES]
    page = TextPage(1, tuple(TextLine(w.text, 99.0, w.box, (w,)) for w in words))
    assert extract_tables([page], [Rulings(2, lines, upright)]) == []
    assert extract_tables([page]) == []
    (table,) = extract_tables([page], [Rulings(1, lines, upright)])
    assert grid(table) == [["a", "b"], ["c", "d"]]


_PLACES = [("a", 0.15, 0.15), ("b", 0.4, 0.15), ("c", 0.15, 0.25), ("d", 0.4, 0.25)]


@pytest.mark.samples
def test_tables_of_a_real_document(tools: MediaTools, samples: Path, tmp_path: Path) -> None:
    path = samples / "documents" / "textractor-multipage-doc.pdf"
    pages = tools.text_layer(path, PDF, 1, 2)
    drawn = tools.render_pages(path, PDF, 1, 2, tmp_path)
    rulings = [tools.rulings(Path(file.path), WEBP, n) for n, file in enumerate(drawn, 1)]
    tables = extract_tables(pages, rulings)
    assert [table.page for table in tables] == [1, 2]
    expected = [[f"Cell {5 * row + column}" for column in range(1, 6)] for row in range(3)]
    assert [grid(table) for table in tables] == [expected, expected]
