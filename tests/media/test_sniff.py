"""What a file is depends on its bytes alone."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gallery import sniff as types
from gallery.sniff import FileType, sniff
from tests.media.making import make_pdf, png_header


def _ftyp(major: bytes, *compatible: bytes) -> bytes:
    body = major + b"\0\0\0\0" + b"".join(compatible)
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + b"\0\0\0\x08free"


def _tiff(*entries: tuple[int, int]) -> bytes:
    head = b"II*\0" + struct.pack("<IH", 8, len(entries))
    return head + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)


def _bmp() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (2, 2)).save(stream, "BMP")
    return stream.getvalue()


ACCEPTED = [
    (b"\xff\xd8\xff\xe0\0\x10JFIF", types.JPEG),
    (png_header(1, 1), types.PNG),
    (b"GIF89a\x01\0\x01\0", types.GIF),
    (b"RIFF\x10\0\0\0WEBPVP8 ", types.WEBP),
    (_bmp(), types.BMP),
    (_ftyp(b"avif", b"mif1"), types.AVIF),
    (_ftyp(b"mif1", b"avif", b"miaf"), types.AVIF),
    (_ftyp(b"heic", b"mif1"), types.HEIC),
    (_ftyp(b"mif1", b"heic"), types.HEIC),
    (_tiff((256, 10)), types.TIFF),
    (_tiff((254, 1), (330, 99), (50706, 4)), types.DNG),
    (_ftyp(b"isom", b"mp41"), types.MP4),
    (_ftyp(b"XYZW", b"mp42"), types.MP4),
    (_ftyp(b"qt  "), types.QUICKTIME),
    (struct.pack(">I", 200) + b"moov" + b"\0" * 20, types.QUICKTIME),
    (_ftyp(b"3gp4", b"isom"), types.THREE_GP),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", types.WEBM),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska", types.MATROSKA),
    (b"RIFF\x10\0\0\0AVI LIST", types.AVI),
    (make_pdf(""), types.PDF),
    (b"junk " * 100 + b"%PDF-1.4", types.PDF),
    (b'\xef\xbb\xbf<?xpacket begin=""?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">', types.XMP),
    (b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="x">', types.XMP),
]
REFUSED = [
    b"",
    b"hello",
    b"<svg xmlns='http://www.w3.org/2000/svg'><x:xmpmeta/></svg>",
    b"<?xml version='1.0'?><svg/>",
    b"<!DOCTYPE html><html></html>",
    b"push graphic-context\nviewbox 0 0 640 480",
    b"\0\0\0\x0cjP  \r\n\x87\n",
    b"\0\0\0\x0cJXL \r\n\x87\n",
    _ftyp(b"crx ", b"isom"),
    _ftyp(b"M4A ", b"isom"),
    _tiff((254, 1), (330, 99)),
    b"II*\0\x10\0\0\0CR\x02\0",
    b"FUJIFILMCCD-RAW ",
    b"ID3\x03\0",
    b"AT&TFORM",
    b"BM12345678901234567890",
    b"RIFF\x10\0\0\0WAVE",
    b"%!PS-Adobe-3.0 " + b" " * 2000 + b"%PDF-1.4",
]


@pytest.mark.parametrize(("head", "expected"), ACCEPTED)
def test_accepted_types_are_told_by_content(head: bytes, expected: FileType) -> None:
    assert sniff(head, "misleading.txt") == expected


@pytest.mark.parametrize("head", REFUSED)
def test_everything_else_is_refused_whatever_its_name(head: bytes) -> None:
    assert sniff(head, "photo.jpg") is None


def test_a_picture_that_is_also_a_pdf_is_a_picture() -> None:
    assert sniff(b"\xff\xd8\xff\xe0" + b"%PDF-1.4 trick", "both.pdf") == types.JPEG


def test_a_tiff_with_its_directory_out_of_sight_is_a_dng_by_its_name() -> None:
    head = b"II*\0" + struct.pack("<I", 10_000_000)
    assert sniff(head, "IMG.DNG") == types.DNG
    assert sniff(head, "scan.tif") == types.TIFF


@given(st.binary(max_size=400), st.sampled_from([head for head, _ in ACCEPTED]), st.integers(0, 64))
def test_no_bytes_make_it_raise(junk: bytes, head: bytes, keep: int) -> None:
    sniff(junk)
    sniff(head[:keep] + junk, "x.dng")
