"""The local text engine keeps the contract, and reads pages whichever way up."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.engines.conftest import LINES, saved
from tests.engines.contract import TextEngineContract, completed
from workers.analyzers.base import AnalyzerInput
from workers.analyzers.local.process import EngineProcess
from workers.analyzers.local.text import LocalTextAnalyzer


@pytest.fixture
def engine(engine_process: EngineProcess) -> LocalTextAnalyzer:
    return LocalTextAnalyzer(engine_process)


@pytest.fixture
def broken(tmp_path: Path) -> AnalyzerInput:
    path = tmp_path / "broken.webp"
    path.write_bytes(b"no picture at all")
    return AnalyzerInput(path, "image/webp")


class TestLocalText(TextEngineContract):
    @pytest.fixture
    def picture(self, page: Image.Image, tmp_path: Path) -> AnalyzerInput:
        return saved(page, tmp_path)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_up_it_lies(
    turned: int, engine: LocalTextAnalyzer, page: Image.Image, tmp_path: Path
) -> None:
    lying = page.rotate(turned, expand=True)
    (read,) = completed(engine, saved(lying, tmp_path)).pages
    assert [line.text for line in read.lines] == list(LINES)
    # The page was turned counterclockwise: that far clockwise makes it upright.
    assert read.rotation == turned


@pytest.mark.parametrize(
    ("turned", "left", "top"), [(0, 0.06, 0.1), (90, 0.1, 0.94), (180, 0.94, 0.9), (270, 0.9, 0.06)]
)
def test_boxes_belong_to_the_picture_as_it_lies(
    turned: int,
    left: float,
    top: float,
    engine: LocalTextAnalyzer,
    page: Image.Image,
    tmp_path: Path,
) -> None:
    (read,) = completed(engine, saved(page.rotate(turned, expand=True), tmp_path)).pages
    box = read.lines[0].words[0].box
    # The corner of the page where its first word begins.
    assert box.left - 0.06 <= left <= box.left + box.width + 0.06
    assert box.top - 0.06 <= top <= box.top + box.height + 0.06


def test_words_follow_one_another_on_their_line(
    engine: LocalTextAnalyzer, page: Image.Image, tmp_path: Path
) -> None:
    (read,) = completed(engine, saved(page, tmp_path)).pages
    for line in read.lines:
        starts = [word.box.left for word in line.words]
        assert starts == sorted(starts)


def test_a_picture_without_text_gives_an_empty_page(
    engine: LocalTextAnalyzer, tmp_path: Path
) -> None:
    (read,) = completed(engine, saved(Image.new("RGB", (600, 400), "navy"), tmp_path)).pages
    assert read.lines == ()
    assert read.rotation == 0
