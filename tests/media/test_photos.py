"""Photos come out upright, in ordinary colors and bounded."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from gallery.types import RenderedFile
from tests.media.conftest import type_of
from tests.media.making import CORNERS, corner_names, four_corners, png_header
from workers.media.errors import MediaError
from workers.media.service import MediaTools

UPRIGHT = ["red", "green", "blue", "gray"]
# What has to be done to a stored picture, as EXIF numbers it, undone.
STORED = {
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


def _opened(files: list[RenderedFile], name: str) -> Image.Image:
    return Image.open(next(file.path for file in files if file.name == name))


def _rendered(tools: MediaTools, path: Path, folder: Path) -> Image.Image:
    return _opened(tools.render(path, type_of(path), folder), "preview")


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("extension", ["jpg", "png", "tif", "webp"])
def test_every_orientation_comes_out_upright(
    tools: MediaTools, tmp_path: Path, folder: Path, orientation: int, extension: str
) -> None:
    picture = four_corners()
    for step in STORED[orientation]:
        picture = picture.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned.{extension}"
    picture.save(path, exif=exif)

    facts = tools.inspect(path, type_of(path))
    preview = _rendered(tools, path, folder)

    assert (facts.width, facts.height) == (120, 80) == preview.size
    assert corner_names(preview) == UPRIGHT


def test_a_heic_comes_out_upright(tools: MediaTools, tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "photo.heic"
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = four_corners().transpose(Image.Transpose.ROTATE_90)
    pillow_heif.from_pillow(stored).save(path, exif=exif.tobytes())
    facts = tools.inspect(path, type_of(path))
    preview = _rendered(tools, path, folder)
    assert (facts.width, facts.height) == preview.size == (120, 80)
    assert corner_names(preview) == UPRIGHT


@pytest.mark.parametrize("extension", ["avif", "bmp", "gif"])
def test_other_formats_are_shown(
    tools: MediaTools, tmp_path: Path, folder: Path, extension: str
) -> None:
    path = tmp_path / f"photo.{extension}"
    four_corners().save(path)
    assert corner_names(_rendered(tools, path, folder)) == UPRIGHT


def test_thumb_and_preview_are_bounded_and_never_enlarged(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "large.jpg"
    four_corners(4000, 1000).save(path)
    files = tools.render(path, type_of(path), folder)
    assert _opened(files, "preview").size == (2048, 512)
    assert _opened(files, "thumb").size == (960, 240)
    assert {file.content_type for file in files} == {"image/webp"}
    assert all(file.size_bytes == Path(file.path).stat().st_size for file in files)


def test_a_print_photo_in_cmyk_looks_the_same(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "print.jpg"
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(path)
    red, green, blue = _rendered(tools, path, folder).convert("RGB").getpixel((20, 20))
    assert red > 180
    assert green < 90
    assert blue < 90


def test_colors_of_a_profile_become_ordinary_ones(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    """In a profile with red and blue swapped, pure blue is what shows red."""
    path = tmp_path / "lab.tif"
    lab = ImageCms.createProfile("LAB")
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
    ImageCms.applyTransform(four_corners(), to_lab).save(path)
    assert corner_names(_rendered(tools, path, folder)) == UPRIGHT


def test_sixteen_bits_become_eight(tools: MediaTools, tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(np.full((20, 20), 0x8000, "uint16")).save(path)
    value = _rendered(tools, path, folder).convert("L").getpixel((10, 10))
    assert 120 <= value <= 136


def test_transparent_parts_become_white(tools: MediaTools, tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(path)
    assert min(_rendered(tools, path, folder).convert("RGB").getpixel((10, 10))) > 250


def test_animations_show_their_first_frame(tools: MediaTools, tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "moving.gif"
    rest = [Image.new("RGB", (120, 80), CORNERS["blue"]) for _ in range(3)]
    rest[1].putpixel((0, 0), (0, 0, 0))
    four_corners().save(path, save_all=True, append_images=rest[:2], duration=100)
    assert tools.inspect(path, type_of(path)).frame_count == 3
    assert corner_names(_rendered(tools, path, folder)) == UPRIGHT


def test_renditions_carry_no_metadata(tools: MediaTools, tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "secret.jpg"
    exif = Image.Exif()
    exif[0x013B] = "Jane Secret"
    four_corners().save(path, exif=exif)
    files = tools.render(path, type_of(path), folder)
    assert all(b"Secret" not in Path(file.path).read_bytes() for file in files)


def test_pages_of_a_tiff_become_pictures(tools: MediaTools, tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "fax.tif"
    second = Image.new("RGB", (50, 70), CORNERS["blue"])
    four_corners().save(path, save_all=True, append_images=[second])
    assert tools.inspect(path, type_of(path)).page_count == 2
    pages = tools.render_pages(path, type_of(path), 1, 2, folder)
    assert [page.name for page in pages] == ["page-0001", "page-0002"]
    assert (pages[1].width, pages[1].height) == (50, 70)
    assert corner_names(_opened(pages, "page-0002")) == ["blue"] * 4


def test_a_raw_file_shows_its_preview_upright(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "raw.dng"
    path.write_bytes(_dng(four_corners(96, 64).transpose(Image.Transpose.ROTATE_90), 6))
    facts = tools.inspect(path, type_of(path))
    assert type_of(path).extension == "dng"
    assert (facts.width, facts.height, facts.camera_model) == (96, 64, "Rawcam")
    assert corner_names(_rendered(tools, path, folder)) == UPRIGHT


def test_a_raw_file_without_preview_is_refused_with_a_reason(
    tools: MediaTools, tmp_path: Path
) -> None:
    path = tmp_path / "raw.dng"
    path.write_bytes(_dng(None, 1))
    with pytest.raises(MediaError) as caught:
        tools.inspect(path, type_of(path))
    assert caught.value.code == "unsupported"


def _dng(preview: Image.Image | None, orientation: int) -> bytes:
    """A raw file whose first directory has a tiny picture and points at the preview."""
    stream = BytesIO()
    if preview:
        preview.save(stream, "JPEG")
    jpeg, model, tiny = stream.getvalue(), b"Rawcam\0\0", b"\0" * 12
    first_size, sub_size = 2 + 12 * 12 + 4, 2 + 5 * 12 + 4
    sub_at = 8 + first_size
    data_at = sub_at + sub_size
    first = [
        (254, 4, 1, 1), (256, 4, 1, 2), (257, 4, 1, 2), (258, 3, 1, 8), (259, 3, 1, 1),
        (262, 3, 1, 1), (272, 2, 7, data_at), (273, 4, 1, data_at + 8), (274, 3, 1, orientation),
        (279, 4, 1, 4), (330, 4, 1, sub_at), (50706, 1, 4, 1),
    ]  # fmt: skip
    jpeg_at = data_at + len(model) + len(tiny)
    sub = [
        (254, 4, 1, 1), (256, 4, 1, 64), (259, 3, 1, 7), (273, 4, 1, jpeg_at),
        (279, 4, 1, len(jpeg)),
    ]  # fmt: skip
    return b"II*\0\x08\0\0\0" + _directory(first) + _directory(sub) + model + tiny + jpeg


def _directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + body + struct.pack("<I", 0)


def test_a_picture_that_claims_billions_of_pixels_is_refused(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(60_000, 60_000))
    for work in (
        lambda: tools.inspect(path, type_of(path)),
        lambda: tools.render(path, type_of(path), folder),
    ):
        with pytest.raises(MediaError) as caught:
            work()
        assert caught.value.code == "too_many_pixels"
        assert "3.6 billion pixels; the limit is 250 million" in caught.value.message


def test_a_picture_that_ends_too_early_says_so(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "cut.jpg"
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype="uint8")
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(MediaError) as caught:
        tools.render(path, type_of(path), folder)
    assert (caught.value.code, caught.value.permanent) == ("truncated", True)
    assert caught.value.message == "The file ends too early."
