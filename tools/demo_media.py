"""Makes the demo's files: ``python -m tools.demo_media --into build/demo``.

The pictures come out of the scikit-image package, which is fetched, read as an archive
and never installed; a report (PDF) and a short film are made of them.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

logger = logging.getLogger("demo_media")
PACKAGE = "scikit-image==0.26.0"
LIMIT_BYTES = 16 * 1024 * 1024
PICTURES = {
    "astronaut.png": "Eileen Collins, astronaut.png",
    "brick.png": "Brick wall.png",
    "camera.png": "Man with a camera.png",
    "chelsea.png": "Chelsea the cat.png",
    "clock_motion.png": "Clock in passing.png",
    "coffee.png": "Morning coffee.png",
    "coins.png": "Coins of Pompeii.png",
    "grass.png": "Grass.png",
    "gravel.png": "Gravel path.png",
    "hubble_deep_field.jpg": "Hubble deep field.jpg",
    "moon.png": "Moon.png",
    "motorcycle_left.png": "Motorcycle in the workshop.png",
    "page.png": "Scanned page.png",
    "retina.jpg": "Retina.jpg",
    "rocket.jpg": "Rocket launch.jpg",
    "text.png": "Line of a book.png",
}
REPORT = """Weekend report

Saturday began with a cup of coffee.
Chelsea the cat slept until noon.
In the evening we watched the rocket launch.

Expenses
Coffee            3.20
Train tickets    24.00
Total            27.20
"""
_PAGE = (1240, 1754)
_FILM = (640, 480)
_FILM_PICTURES = ("coffee.png", "chelsea.png", "motorcycle_left.png")
_FRAMES_EACH = 50
_FRAMES_A_SECOND = 25


def main() -> int:
    """Make what is missing; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_media", description=__doc__)
    parser.add_argument("--into", type=Path, required=True, help="folder to write to")
    into: Path = parser.parse_args().into
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if into.is_dir():
        return 0
    logger.info("Fetching the demo's pictures ...")
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".demo-", dir=into.parent) as scratch:
        folder = Path(scratch) / "demo"
        try:
            _make(folder, _download(Path(scratch)))
        except subprocess.CalledProcessError as error:
            logger.error("%s could not be fetched: %s", PACKAGE, error.stderr.strip()[-800:])
            return 1
        folder.rename(into)
    return 0


def _download(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    wanted = ["--no-deps", "--only-binary=:all:", "--dest", str(folder), PACKAGE]
    subprocess.run([*pip, *wanted], check=True, capture_output=True, text=True, timeout=600)  # noqa: S603
    return next(folder.glob("*.whl"))


def _make(folder: Path, wheel: Path) -> None:
    folder.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for member, name in PICTURES.items():
            with archive.open(f"skimage/data/{member}") as stream:
                (folder / name).write_bytes(stream.read(LIMIT_BYTES))
    make_report(folder / "Weekend report.pdf", folder / PICTURES["coffee.png"])
    make_film([folder / PICTURES[name] for name in _FILM_PICTURES], folder / "Short film.mp4")


def make_report(target: Path, picture: Path) -> None:
    """Write a PDF of two scanned-looking pages: one to be read, one to be looked at."""
    text = Image.new("RGB", _PAGE, "white")
    ImageDraw.Draw(text).multiline_text(
        (120, 140), REPORT, fill="black", font=ImageFont.load_default(44), spacing=26
    )
    page = Image.new("RGB", _PAGE, "white")
    with Image.open(picture) as opened:
        page.paste(opened.convert("RGB").resize((1000, 667)), (120, 140))
    text.save(target, "PDF", resolution=150, save_all=True, append_images=[page])


def make_film(pictures: list[Path], target: Path) -> None:
    """Write a film that moves slowly into one picture after the other."""
    with av.open(str(target), "w") as film:
        stream = film.add_stream("libx264", rate=_FRAMES_A_SECOND)
        stream.width, stream.height = _FILM
        stream.pix_fmt = "yuv420p"
        for path in pictures:
            with Image.open(path) as opened:
                picture = opened.convert("RGB").resize(_FILM)
            for number in range(_FRAMES_EACH):
                frame = av.VideoFrame.from_image(_closer(picture, number))  # type: ignore[no-untyped-call]
                film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


def _closer(picture: Image.Image, number: int) -> Image.Image:
    width, height = picture.size
    margin = number / _FRAMES_EACH / 10
    box = (width * margin, height * margin, width * (1 - margin), height * (1 - margin))
    return picture.resize(picture.size, box=box)


if __name__ == "__main__":
    sys.exit(main())
