"""Arabic and Hebrew in PDFs: read in the order it is meant, however it was drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from gallery.sniff import PDF
from gallery.types import TextLine
from tests.media.making import make_pdf
from workers.media.service import MediaTools

ARABIC, HEBREW = "وزارة الداخلية", "שלום עולם"
# What is shown, how far from the left (of 200 points), each letter 5 points wide.
Shown = tuple[int, str]


def _mapping(letters: str) -> str:
    rows = "".join(f"<{65 + i:02x}> <{ord(one):04x}>\n" for i, one in enumerate(letters))
    body = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
        " 1 begincodespacerange <00> <ff> endcodespacerange"
        f" {len(letters)} beginbfchar\n{rows}endbfchar endcmap end end"
    )
    return f"<< /Length {len(body)} >>\nstream\n{body}\nendstream"


def _pdf(*shown: Shown) -> bytes:
    """A PDF whose font maps codes from 65 on to whatever letters are shown."""
    letters = "".join(sorted({one for _, text in shown for one in text}))
    drawn = " ".join(
        f"1 0 0 1 {left} 60 Tm <{''.join(f'{65 + letters.index(one):02x}' for one in text)}> Tj"
        for left, text in shown
    )
    font = (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 8 0 R /FirstChar 65"
        f" /LastChar {64 + len(letters)} /Widths [{'500 ' * len(letters)}] >>"
    )
    return make_pdf(
        f"BT /F2 10 Tf {drawn} ET",
        page="/Resources << /Font << /F2 7 0 R >> >>",
        objects=("<< /Fields [] >>", font, _mapping(letters)),
    )


def _read(tools: MediaTools, folder: Path, *shown: Shown) -> TextLine:
    path = folder / "document.pdf"
    path.write_bytes(_pdf(*shown))
    (page,) = tools.text_layer(path, PDF, 1, 1)
    (line,) = page.lines
    return line


def _lefts(line: TextLine) -> list[int]:
    return [round(word.box.left * 200) for word in line.words]


@pytest.mark.parametrize("text", [ARABIC, HEBREW])
def test_letters_stored_as_they_are_seen(tools: MediaTools, tmp_path: Path, text: str) -> None:
    line = _read(tools, tmp_path, (20, text[::-1]))
    assert line.text == text
    first, second = _lefts(line)
    assert first > second == 20


@pytest.mark.parametrize("text", [ARABIC, HEBREW])
def test_letters_stored_as_they_are_meant(tools: MediaTools, tmp_path: Path, text: str) -> None:
    shown = [(150 - 5 * number, letter) for number, letter in enumerate(text)]
    line = _read(tools, tmp_path, *shown)
    assert line.text == text
    first, second = _lefts(line)
    assert first > second == shown[-1][0]


@pytest.mark.parametrize("text", [ARABIC, HEBREW])
def test_lines_drawn_in_the_wrong_direction(tools: MediaTools, tmp_path: Path, text: str) -> None:
    """Nothing but the letters that only end words tells that what is seen is not what is meant."""
    line = _read(tools, tmp_path, (20, text))
    assert line.text == text
    assert _lefts(line) == [20, 20 + 5 * (text.index(" ") + 1)]


def test_numbers_and_latin_words_stay_as_they_are(tools: MediaTools, tmp_path: Path) -> None:
    first, second = ARABIC.split()
    line = _read(tools, tmp_path, (20, f"{first} 2024 {second} ABC"))
    assert line.text == f"{first} 2024 {second} ABC"
    line = _read(tools, tmp_path, (20, f"{second[::-1]} 2024 {first[::-1]}"))
    assert line.text == f"{first} 2024 {second}"
    line = _read(tools, tmp_path, (20, f"{second[::-1]} ABC CD {ARABIC[::-1]}"))
    assert line.text == f"{ARABIC} ABC CD {second}"
    assert _lefts(line) == [145, 100, 65, 85, 20]


@pytest.mark.samples
def test_a_real_file_that_was_drawn_in_the_wrong_direction(
    tools: MediaTools, samples: Path
) -> None:
    (page,) = tools.text_layer(samples / "documents" / "rtl-test.pdf", PDF, 1, 1)
    assert page.text == ARABIC
