"""Makes the renditions that the engines get, and keeps answers while a bench runs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageOps

from workers.analyzers.base import AnalyzerInput, LabelAnalyzer, TextAnalyzer

pillow_heif.register_heif_opener()
SIDE = 2048


@contextmanager
def rendition(path: Path) -> Iterator[AnalyzerInput]:
    """Yield the picture upright, as WebP of at most SIDE pixels."""
    with tempfile.TemporaryDirectory() as folder, Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.thumbnail((SIDE, SIDE))
        target = Path(folder) / "preview.webp"
        upright.save(target, quality=90)
        yield AnalyzerInput(target, "image/webp")


def raw_answer(engine: LabelAnalyzer | TextAnalyzer, path: Path, kept: Path | None) -> Any:
    """Return an engine's raw answer, from the folder ``kept`` if it was asked before."""
    name = f"{engine.name}-{path.parent.name}-{path.name}.json"
    cached = kept / name if kept else None
    if cached and cached.exists():
        return json.loads(cached.read_text(encoding="utf-8"))
    with rendition(path) as picture:
        answer = engine.analyze(picture)
    raw = {**answer.raw, "seconds": answer.timings["engine"]}
    if cached:
        cached.parent.mkdir(parents=True, exist_ok=True)
        cached.write_text(json.dumps(raw), encoding="utf-8")
    return raw
