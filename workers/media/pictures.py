"""Open pictures with the decoder that their type calls for, and with no other."""

from __future__ import annotations

import dataclasses
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pillow_heif
import pyvips
from PIL import Image, ImageFile, ImageOps

from gallery.sniff import AVIF, BMP, DNG, GIF, HEIC, JPEG, PNG, TIFF, WEBP, FileType
from workers.media.dng import embedded_preview
from workers.media.errors import MediaError, check_pixels
from workers.media.heif import turns_itself

pillow_heif.register_heif_opener(thumbnails=False)
# Sizes are checked against the installation's own limit before anything is decoded.
Image.MAX_IMAGE_PIXELS = None
Image.init()

METADATA_ERRORS = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    struct.error,
)
"""What Pillow raises on damaged headers and metadata."""

_PILLOW_FORMATS = {
    JPEG: ("JPEG",),
    PNG: ("PNG",),
    GIF: ("GIF",),
    WEBP: ("WEBP",),
    AVIF: ("AVIF",),
    HEIC: ("HEIF",),
    TIFF: ("TIFF",),
    BMP: ("BMP",),
}
_VIPS_LOADERS = {
    JPEG: "VipsForeignLoadJpeg",
    PNG: "VipsForeignLoadPng",
    GIF: "VipsForeignLoadNsgif",
    WEBP: "VipsForeignLoadWebp",
    AVIF: "VipsForeignLoadHeif",
    TIFF: "VipsForeignLoadTiff",
}
_ICC_NAME = "icc-profile-data"


@dataclass(frozen=True, slots=True)
class Header:
    """A picture as its header tells it: upright size in pixels, pages and frames."""

    width: int
    height: int
    page_count: int
    frame_count: int


@dataclass(frozen=True, slots=True)
class Source:
    """What to decode: a file or bytes, as which type, and the turn that its surroundings ask for.

    ``turn`` is an EXIF orientation that holds besides the picture's own.
    """

    data: Path | bytes
    file_type: FileType
    turn: int = 1


def picture_source(path: Path, file_type: FileType) -> Source:
    """Return the file itself, or the picture inside a raw file; raises MediaError."""
    if file_type == HEIC:
        return _heic_source(path)
    if file_type == DNG:
        return _raw_source(path)
    return Source(path, file_type)


def _heic_source(path: Path) -> Source:
    source = Source(path, HEIC)
    with open_header(source) as image:
        turn = image.info.get("original_orientation") or 1
    return source if turns_itself(path) else dataclasses.replace(source, turn=turn)


def _raw_source(path: Path) -> Source:
    with open_header(Source(path, TIFF)) as raw:
        turn = orientation(raw)
    preview = Source(embedded_preview(path), JPEG)
    with open_header(preview) as image:
        own = orientation(image)
    return dataclasses.replace(preview, turn=turn if own == 1 else 1)


def open_header(source: Source) -> ImageFile.ImageFile:
    """Open a picture without decoding it; raises MediaError."""
    data = source.data
    stream: Path | BinaryIO = BytesIO(data) if isinstance(data, bytes) else data
    try:
        return Image.open(stream, formats=_PILLOW_FORMATS[source.file_type])
    except METADATA_ERRORS as error:
        code = "truncated" if "runcated" in str(error) else "corrupt"
        raise MediaError(code, detail=f"{type(error).__name__}: {error}") from error


def read_header(image: Image.Image, source: Source, max_pixels: int) -> Header:
    """Return the upright size and the counts; raises MediaError when the picture is too large."""
    width, height = image.size
    check_pixels(width, height, max_pixels)
    # Pillow turns TIFFs by itself and tells their size upright.
    own_turn = 1 if source.file_type == TIFF else orientation(image)
    if (own_turn >= 5) != (source.turn >= 5):
        width, height = height, width
    if source.file_type == TIFF:
        return Header(width, height, _count_frames(image), 1)
    animated = source.file_type in (GIF, PNG, WEBP, AVIF)
    return Header(width, height, 1, _count_frames(image) if animated else 1)


def orientation(image: Image.Image) -> int:
    """Return the EXIF orientation 1-8; 1 when there is none that makes sense."""
    try:
        value: Any = image.getexif().get(0x0112, 1)
    except METADATA_ERRORS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _count_frames(image: Image.Image) -> int:
    try:
        return max(int(getattr(image, "n_frames", 1)), 1)
    except METADATA_ERRORS:
        return 1


def shrink(source: Source, side: int, *, max_pixels: int, page: int = 1) -> Any:
    """Decode one page or the first frame as an upright sRGB picture of 8 bits without alpha.

    It fits into a square of ``side`` pixels and is never enlarged. Returns a pyvips image that
    is wholly in memory; raises MediaError or pyvips.Error.
    """
    with open_header(source) as image:
        read_header(image, source, max_pixels)
        profile = image.info.get("icc_profile")
    if source.file_type not in _VIPS_LOADERS:
        return _shrink_with_pillow(source, side)
    try:
        return _finish(_shrink_with_vips(source, side, page, profile), source.turn)
    except pyvips.Error:
        if page != 1 or source.file_type not in (TIFF, GIF, AVIF):
            raise
    return _shrink_with_pillow(source, side)


def _shrink_with_vips(source: Source, side: int, page: int, profile: bytes | None) -> Any:
    permit_loader(source.file_type)
    options = {"height": side, "size": "down", "fail_on": "truncated", **_conversion(profile)}
    if isinstance(source.data, bytes):
        return pyvips.Image.thumbnail_buffer(source.data, side, **options)
    suffix = f"[page={page - 1}]" if page > 1 else ""
    return pyvips.Image.thumbnail(f"{source.data}{suffix}", side, **options)


def _conversion(profile: bytes | None) -> dict[str, str]:
    """Convert colors only where they differ: it takes longer than all the rest."""
    if not profile or (profile[16:20] == b"RGB " and b"sRGB IEC61966" in profile[:4096]):
        return {}
    return {"output_profile": "srgb"}


def permit_loader(file_type: FileType) -> None:
    """Leave libvips only the loader of one type, whatever the file's bytes look like to it."""
    pyvips.operation_block_set("VipsForeignLoad", state=True)
    pyvips.operation_block_set(_VIPS_LOADERS[file_type], state=False)


def _shrink_with_pillow(source: Source, side: int) -> Any:
    with open_header(source) as image:
        return from_pillow(_decode(image), side, source.turn)


def _decode(image: Image.Image) -> Image.Image:
    """Decode with Pillow; the profile goes along."""
    try:
        image.load()
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        plain = upright.convert("RGBA" if has_alpha else "RGB")
    except METADATA_ERRORS as error:
        code = "truncated" if "truncated" in str(error) else "corrupt"
        raise MediaError(code, detail=f"{type(error).__name__}: {error}") from error
    plain.info["icc_profile"] = profile if image.mode == plain.mode else None
    return plain


def from_pillow(image: Image.Image, side: int, turn: int = 1) -> Any:
    """Turn a decoded RGB or RGBA picture into what ``shrink`` returns."""
    bands = len(image.getbands())
    raw = pyvips.Image.new_from_memory(image.tobytes(), image.width, image.height, bands, "uchar")
    raw = raw.copy(interpretation="srgb")
    profile = image.info.get("icc_profile")
    if profile:
        raw.set_type(pyvips.GValue.blob_type, _ICC_NAME, profile)
    small = raw.thumbnail_image(side, height=side, size="down", **_conversion(profile))
    return _finish(small, turn)


def _finish(image: Any, turn: int) -> Any:
    """Lay transparent parts on white and decode now, while errors can be told apart."""
    if image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    if image.interpretation != "srgb":
        image = image.colourspace("srgb")
    image = image.cast("uchar").copy_memory()
    return image if turn == 1 else _turned(image, turn)


def _turned(image: Any, turn: int) -> Any:
    image = image.copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", turn)
    return image.autorot().copy_memory()
