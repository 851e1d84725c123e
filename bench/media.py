"""What the sandbox costs, and what libvips gains over Pillow on a photo of 12 megapixels.

Run with ``python -m bench.media``; prints milliseconds and ratios.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from gallery.sniff import JPEG
from workers.media.service import MediaTools

_ROUNDS = 7
_SIDES = (2048, 720)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photo = _photo(folder / "photo.jpg")
        tools = MediaTools()
        started = time.perf_counter()
        tools.inspect(photo, JPEG)
        print(f"first call, decoders loading   {(time.perf_counter() - started) * 1000:7.0f} ms")
        call = _median(lambda: tools.inspect(photo, JPEG))
        render = _median(lambda: tools.render(photo, JPEG, folder))
        pillow = _median(lambda: _pillow(photo, folder))
        tools.close()
    print(f"inspect in the sandbox         {call:7.1f} ms")
    print(f"render in the sandbox          {render:7.1f} ms")
    print(f"the same with Pillow, no sandbox {pillow:5.1f} ms   ratio {pillow / render:.2f}")


def _photo(path: Path) -> Path:
    rows, columns = np.mgrid[0:3000, 0:4000]
    noise = np.random.default_rng(1).integers(0, 40, (3000, 4000))
    bands = [(rows // 12 + noise) % 256, (columns // 16 + noise) % 256, (rows + columns) // 30]
    Image.fromarray(np.stack(bands, axis=-1).astype("uint8")).save(path, quality=90)
    return path


def _pillow(photo: Path, folder: Path) -> None:
    for side in _SIDES:
        with Image.open(photo) as image:
            image.draft("RGB", (side, side))
            image.thumbnail((side, side))
            image.save(folder / f"pillow-{side}.webp", quality=82, method=2)


def _median(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        spent.append((time.perf_counter() - started) * 1000)
    return float(np.median(spent))


if __name__ == "__main__":
    main()
