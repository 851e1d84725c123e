"""Pictures made in code, and one engine process for all tests that need models."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from workers.analyzers.base import AnalyzerInput
from workers.analyzers.local.process import EngineLimits, EngineProcess

ROOT = Path(__file__).resolve().parents[2]
LINES = (
    "The quick brown fox jumps over",
    "the lazy dog near the river bank",
    "Invoice number 48213 from Lisbon",
    "Total due by Friday 1,299.50",
)


@pytest.fixture(scope="session")
def models_dir() -> Path:
    folder = Path(os.environ.get("PIXTRACT_MODELS_DIR", ROOT / "build" / "models"))
    if not (folder / "manifest.json").exists():
        if os.environ.get("CI"):
            pytest.fail(f"no models in {folder}: run python -m tools.build_models")
        pytest.skip(f"no models in {folder}: run python -m tools.build_models")
    return folder


@pytest.fixture(scope="session")
def engine_process(models_dir: Path) -> Iterator[EngineProcess]:
    process = EngineProcess(models_dir, EngineLimits(idle_seconds=60))
    yield process
    process.stop()


@pytest.fixture(scope="session")
def page() -> Image.Image:
    """A page of printed text, upright, 1000 x 500 pixels."""
    picture = Image.new("RGB", (1000, 500), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=44)
    for row, line in enumerate(LINES):
        draw.text((60, 50 + 105 * row), line, fill="black", font=font)
    return picture


def saved(picture: Image.Image, folder: Path) -> AnalyzerInput:
    """Store a picture as renditions are stored."""
    path = folder / "preview.webp"
    picture.save(path, quality=90)
    return AnalyzerInput(path, "image/webp")


def from_skimage(name: str, folder: Path) -> AnalyzerInput:
    """Store one of the pictures that scikit-image bundles."""
    data = pytest.importorskip("skimage.data")
    return saved(Image.fromarray(np.asarray(getattr(data, name)())).convert("RGB"), folder)
