"""PDFs: their own text with boxes, page pictures, locks and limits."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from gallery.sniff import PDF
from tests.media.making import make_pdf
from workers.media.errors import MediaError
from workers.media.service import MediaTools

TEXT = "BT /F1 20 Tf 20 60 Td (Total due) Tj 0 -30 Td (42 dollars) Tj ET"
FIELD = (
    "<< /Fields [7 0 R] /NeedAppearances true /DA (/F1 12 Tf 0 g)"
    " /DR << /Font << /F1 5 0 R >> >> >>",
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Alice Liddell) /F 4"
    " /Rect [20 10 180 30] /DA (/F1 12 Tf 0 g) /P 3 0 R >>",
)
SCAN = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
    " /BitsPerComponent 8 /Length 1 >>\nstream\nA\nendstream"
)


def _pdf(folder: Path, data: bytes) -> Path:
    path = folder / "document.pdf"
    path.write_bytes(data)
    return path


def test_lines_words_and_boxes_of_the_text_layer(tools: MediaTools, tmp_path: Path) -> None:
    path = _pdf(tmp_path, make_pdf(TEXT))
    (page,) = tools.text_layer(path, PDF, 1, 1)
    assert (page.number, page.source, page.text) == (1, "layer", "Total due\n42 dollars")
    assert [word.text for word in page.lines[0].words] == ["Total", "due"]
    box = page.lines[0].box
    assert box.left == pytest.approx(0.1, abs=0.02)
    assert 0.15 < box.top < 0.3
    assert 0.4 < box.top + box.height < 0.5
    assert page.lines[1].box.top > box.top


def test_boxes_follow_a_turned_page(tools: MediaTools, tmp_path: Path) -> None:
    """Turned by 90 degrees, what was at the left is at the top."""
    path = _pdf(tmp_path, make_pdf(TEXT, page="/Rotate 90"))
    facts = tools.inspect(path, PDF)
    (page,) = tools.text_layer(path, PDF, 1, 1)
    assert facts.height == 2 * facts.width
    assert page.lines[0].box.top == pytest.approx(0.1, abs=0.02)
    assert page.lines[0].box.height > page.lines[0].box.width


def test_what_is_filled_into_a_form_counts_as_text(tools: MediaTools, tmp_path: Path) -> None:
    path = _pdf(tmp_path, make_pdf(TEXT, page="/Annots [7 0 R]", objects=FIELD))
    (page,) = tools.text_layer(path, PDF, 1, 1)
    assert "Alice Liddell" in page.text


def test_a_scan_with_a_stamp_wants_to_be_read_as_a_picture(
    tools: MediaTools, tmp_path: Path
) -> None:
    content = "q 200 0 0 100 0 0 cm /Im1 Do Q BT /F1 8 Tf 5 5 Td (Page 1) Tj ET"
    resources = "/Resources << /Font << /F1 5 0 R >> /XObject << /Im1 7 0 R >> >>"
    data = make_pdf(content, page=resources, objects=("<< /Fields [] >>", SCAN))
    (page,) = tools.text_layer(_pdf(tmp_path, data), PDF, 1, 1)
    assert page.lines == ()


def test_pages_are_drawn(tools: MediaTools, tmp_path: Path, folder: Path) -> None:
    path = _pdf(tmp_path, make_pdf("1 0 0 rg 0 0 100 100 re f"))
    facts = tools.inspect(path, PDF)
    files = {file.name: file for file in tools.render(path, PDF, folder)}
    (page,) = tools.render_pages(path, PDF, 1, 1, folder)
    picture = Image.open(page.path)
    assert (facts.page_count, page.name, sorted(files)) == (1, "page-0001", ["preview", "thumb"])
    assert (facts.width, facts.height) == picture.size
    assert max(picture.size) <= 2048
    assert picture.getpixel((picture.width // 4, picture.height // 2))[0] > 200
    assert min(picture.getpixel((picture.width * 3 // 4, picture.height // 2))) > 240


def test_a_locked_pdf_asks_for_its_password(tools: MediaTools, tmp_path: Path) -> None:
    lock = "<" + "00" * 32 + ">"
    end = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {lock} /U {lock} /P -4 >> /ID [<00> <00>]"
    with pytest.raises(MediaError) as caught:
        tools.inspect(_pdf(tmp_path, make_pdf(TEXT, end=end)), PDF)
    assert caught.value.code == "needs_password"
    assert caught.value.message == "The PDF needs a password."


def test_pages_beyond_the_limit_are_refused(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = _pdf(tmp_path, make_pdf(TEXT))
    with pytest.raises(MediaError) as caught:
        tools.render_pages(path, PDF, 41, 60, folder)
    assert caught.value.code == "too_many_pages"


def test_pages_that_are_not_there_give_nothing(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = _pdf(tmp_path, make_pdf(TEXT))
    assert tools.render_pages(path, PDF, 2, 5, folder) == []
    assert tools.text_layer(path, PDF, 2, 5) == []


def test_a_page_without_size_fails_with_a_reason(tools: MediaTools, tmp_path: Path) -> None:
    data = make_pdf(TEXT).replace(b"[0 0 200 100]", b"[0 0 9000000 10]")
    with pytest.raises(MediaError) as caught:
        tools.inspect(_pdf(tmp_path, data), PDF)
    assert caught.value.code == "corrupt"
