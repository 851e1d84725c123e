"""Small media files made in code."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

CORNERS = {
    "red": (220, 20, 20),
    "green": (20, 200, 20),
    "blue": (20, 20, 220),
    "gray": (90, 90, 90),
}


def four_corners(width: int = 120, height: int = 80) -> Image.Image:
    """A picture that shows how it was turned: red, green, blue and gray, clockwise."""
    picture = Image.new("RGB", (width, height), CORNERS["red"])
    half = width // 2, height // 2
    picture.paste(CORNERS["green"], (half[0], 0, width, half[1]))
    picture.paste(CORNERS["blue"], (half[0], half[1], width, height))
    picture.paste(CORNERS["gray"], (0, half[1], half[0], height))
    return picture


def corner_names(picture: Image.Image) -> list[str]:
    """Name the colors in the corners of a picture, clockwise from the top left."""
    rgb = picture.convert("RGB")
    right, bottom = rgb.width * 7 // 8, rgb.height * 7 // 8
    left, top = rgb.width // 8, rgb.height // 8
    spots = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return [_nearest(rgb.getpixel(spot)) for spot in spots]


def _nearest(color: object) -> str:
    seen = np.array(color, dtype=float)
    return min(CORNERS, key=lambda name: float(np.abs(seen - np.array(CORNERS[name])).sum()))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100)
    chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def write_video(
    path: Path,
    *,
    codec: str = "libx264",
    container: str = "mp4",
    seconds: float = 2.0,
    size: tuple[int, int] = (160, 96),
    dark_until: float = 0.0,
    sound: bool = False,
    tags: dict[str, str] | None = None,
) -> Path:
    """Write a video of the four corners, black at first where asked."""
    rate = 10
    options = {"movflags": "use_metadata_tags"} if container in ("mp4", "mov") else {}
    with av.open(str(path), "w", format=container, container_options=options) as out:
        out.metadata.update(tags or {})
        track = out.add_stream(codec, rate=rate)
        track.width, track.height = size
        track.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        tone = out.add_stream("aac", rate=48_000, layout="mono") if sound else None
        bright = np.array(four_corners(*size))
        for number in range(int(seconds * rate)):
            shown = bright * 0 if number / rate < dark_until else bright
            frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
        if tone is not None:
            out.mux(tone.encode(_silence(int(48_000 * seconds))))
            out.mux(tone.encode(None))
    return path


def _silence(samples: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, samples), "float32"), "fltp", "mono")
    frame.sample_rate, frame.pts = 48_000, 0
    return frame


def turn_video(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Write a display matrix (a, b, c, d) into the track header of an MP4 with one track."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value << 16 for value in matrix)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)


def make_pdf(
    content: str, *, page: str = "", objects: tuple[str, ...] = (), end: str = ""
) -> bytes:
    """A PDF of one page, 200 by 100 points, with Helvetica as /F1.

    ``page`` and ``end`` are added to the page and to the trailer; ``objects`` count from 6, the
    first of them being the form.
    """
    form = "/AcroForm 6 0 R" if objects else ""
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {form} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R"
        f" /Resources << /Font << /F1 5 0 R >> >> {page} >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    out, offsets = "%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start, count = len(out), len(bodies) + 1
    out += f"xref\n0 {count}\n0000000000 65535 f \n"
    out += "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += f"trailer\n<< /Size {count} /Root 1 0 R {end} >>\nstartxref\n{start}\n%%EOF"
    return out.encode("latin-1")
