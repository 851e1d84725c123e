"""Tell what a file is from its first bytes, whatever its name says."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

HEAD_BYTES = 65_536
"""How much of a file's beginning ``sniff`` wants to see; less is fine for short files."""

Kind = Literal["photo", "video", "document", "sidecar"]

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MP4_BRANDS = {b"avc1", b"mp41", b"mp42", b"mmp4", b"MSNV", b"M4V ", b"M4VH", b"M4VP", b"dash"}
_MP4_BRANDS |= {b"f4v ", b"XAVC", b"niko", b"mp71", b"hvc1", b"av01", b"NDSM", b"NDSH", b"NDSC"}
_REFUSED_BRANDS = {b"crx ", b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B ", b"jp2 ", b"jpx ", b"jxl "}
_BARE_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}
_XMP_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s|<\?[^>]{0,500}>|<!--[^>]{0,2000}-->)*"
    rb"<(?:[A-Za-z][\w.-]{0,20}:)?(?:xmpmeta|xapmeta|RDF)[\s>]"
)

_TIFF_SUBFILE_TYPE, _TIFF_SUB_IFDS, _TIFF_DNG_VERSION = 254, 330, 50706


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is: its family, its media type and the extension it is stored with (no dot)."""

    kind: Kind
    content_type: str
    extension: str


JPEG = FileType("photo", "image/jpeg", "jpg")
PNG = FileType("photo", "image/png", "png")
GIF = FileType("photo", "image/gif", "gif")
WEBP = FileType("photo", "image/webp", "webp")
AVIF = FileType("photo", "image/avif", "avif")
HEIC = FileType("photo", "image/heic", "heic")
TIFF = FileType("photo", "image/tiff", "tif")
BMP = FileType("photo", "image/bmp", "bmp")
DNG = FileType("photo", "image/x-adobe-dng", "dng")
MP4 = FileType("video", "video/mp4", "mp4")
QUICKTIME = FileType("video", "video/quicktime", "mov")
WEBM = FileType("video", "video/webm", "webm")
MATROSKA = FileType("video", "video/x-matroska", "mkv")
AVI = FileType("video", "video/x-msvideo", "avi")
THREE_GP = FileType("video", "video/3gpp", "3gp")
PDF = FileType("document", "application/pdf", "pdf")
XMP = FileType("sidecar", "application/rdf+xml", "xmp")


def sniff(head: bytes, name: str = "") -> FileType | None:
    """Return the type of the file that begins with ``head``, or None when it is not accepted.

    ``head`` is the file's first ``HEAD_BYTES`` bytes. ``name`` matters only where the
    beginning cannot tell: a TIFF whose directory lies further back is a DNG by its name.
    Never raises.
    """
    head = head[:HEAD_BYTES]
    for recognize in _RECOGNIZERS:
        if found := recognize(head):
            return found
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return _tiff(head, name)
    # Readers of PDF allow junk in front of the header, so a file of another known type comes first.
    return PDF if b"%PDF-" in head[: 1024 + 5] and not _is_refused_container(head) else None


def _plain(head: bytes) -> FileType | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return GIF if head[:6] in (b"GIF87a", b"GIF89a") else None


def _riff(head: bytes) -> FileType | None:
    if head[:4] != b"RIFF":
        return None
    return {b"WEBP": WEBP, b"AVI ": AVI}.get(head[8:12])


def _bmp(head: bytes) -> FileType | None:
    if head[:2] != b"BM" or len(head) < 18:
        return None
    return BMP if struct.unpack_from("<I", head, 14)[0] in _BMP_HEADER_SIZES else None


def _brands(head: bytes) -> list[bytes]:
    """Return the major and the compatible brands of an ISO media file; none for other files."""
    if head[4:8] != b"ftyp" or len(head) < 12:
        return []
    end = min(struct.unpack_from(">I", head)[0], 512, len(head))
    return [head[8:12]] + [head[at : at + 4] for at in range(16, end - 3, 4)]


def _iso_media(head: bytes) -> FileType | None:
    brands = _brands(head)
    if not brands or brands[0] in _REFUSED_BRANDS:
        return None
    if brands[0] in _AVIF_BRANDS or (brands[0] in _HEIF_BRANDS and _AVIF_BRANDS & set(brands)):
        return AVIF
    if brands[0] in _HEIF_BRANDS:
        return HEIC
    return next(filter(None, map(_movie_brand, brands)), None)


def _movie_brand(brand: bytes) -> FileType | None:
    if brand == b"qt  ":
        return QUICKTIME
    if brand[:3] in (b"3gp", b"3g2", b"3ge", b"3gg", b"3gr", b"3gs"):
        return THREE_GP
    return MP4 if brand in _MP4_BRANDS or brand[:3] == b"iso" else None


def _bare_quicktime(head: bytes) -> FileType | None:
    """Movies of the first QuickTime versions start with an atom and no brand."""
    if head[4:8] not in _BARE_QUICKTIME_ATOMS or len(head) < 16:
        return None
    size = struct.unpack_from(">I", head)[0]
    return QUICKTIME if size in (0, 1) or size >= 8 else None


def _ebml(head: bytes) -> FileType | None:
    if head[:4] != b"\x1a\x45\xdf\xa3":
        return None
    doc_type = re.search(rb"\x42\x82[\x80-\xff](webm|matroska)", head[:4096])
    if not doc_type:
        return None
    return WEBM if doc_type[1] == b"webm" else MATROSKA


def _xmp(head: bytes) -> FileType | None:
    return XMP if _XMP_ROOT.match(head[:8192]) else None


_RECOGNIZERS: tuple[Callable[[bytes], FileType | None], ...] = (
    _plain,
    _riff,
    _bmp,
    _iso_media,
    _bare_quicktime,
    _ebml,
    _xmp,
)


def _is_refused_container(head: bytes) -> bool:
    return bool(_brands(head)) or head[:4] in (b"RIFF", b"\x1a\x45\xdf\xa3")


def _tiff(head: bytes, name: str) -> FileType | None:
    """Tell TIFF and DNG from other raw formats that are built on TIFF."""
    if head[8:10] == b"CR":
        return None
    tags = dict(_first_directory(head))
    if _TIFF_DNG_VERSION in tags or (not tags and name.lower().endswith(".dng")):
        return DNG
    reduced = tags.get(_TIFF_SUBFILE_TYPE, 0) & 1
    # A first picture that is only a small copy, with the real one hidden: a maker's raw file.
    return None if reduced and _TIFF_SUB_IFDS in tags else TIFF


def _first_directory(head: bytes) -> Iterator[tuple[int, int]]:
    """Yield tag and raw value of the entries of a classic TIFF's first directory in sight."""
    order = "<" if head[:2] == b"II" else ">"
    if len(head) < 8 or head[2:4] not in (b"*\0", b"\0*"):
        return
    start = struct.unpack_from(f"{order}I", head, 4)[0]
    if start + 2 > len(head):
        return
    count = struct.unpack_from(f"{order}H", head, start)[0]
    for at in range(start + 2, min(start + 2 + 12 * count, len(head) - 11), 12):
        tag, field_type = struct.unpack_from(f"{order}HH", head, at)
        yield tag, struct.unpack_from(order + ("H" if field_type == 3 else "I"), head, at + 8)[0]
