"""Runs the conversion in an environment of its own, so that its packages stay outside."""

from __future__ import annotations

from pathlib import Path

from tools.build_models.fetch import Fetched, run
from tools.build_models.sources import CONVERSION_PACKAGES

ROOT = Path(__file__).resolve().parents[2]


def run_conversion(python: str, folder: Path, fetched: Fetched) -> None:
    """Write classifier.onnx and detector.onnx into ``folder``; raises FetchError."""
    environment = folder / "venv"
    run([python, "-m", "venv", str(environment)], folder)
    isolated = str(environment / "bin" / "python")
    pip = [isolated, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "--only-binary=:all:", *CONVERSION_PACKAGES], folder)
    inputs = [fetched.classifier, fetched.detector_graph, fetched.detector_weights]
    run([isolated, "-m", "tools.build_models.convert", *map(str, inputs), str(folder)], ROOT)
