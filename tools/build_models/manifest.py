"""What was built from what, so that a second run finds nothing to do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tools.build_models import sources

# Raise when the conversion changes, so that installed models are made anew.
RECIPE = 1
FILES = {
    "models/classifier.onnx": (sources.CLASSIFIER,),
    "models/detector.onnx": (sources.DETECTOR_GRAPH, sources.DETECTOR_WEIGHTS),
    "places/cities.csv.gz": (sources.CITIES, sources.COUNTRIES),
}


def is_current(into: Path) -> bool:
    """Tell whether every file is there as the present recipe makes it."""
    try:
        entries = json.loads((into / "models" / "manifest.json").read_text(encoding="utf-8"))
        return bool(entries == _describe(into))
    except (OSError, ValueError):
        return False


def install(scratch: Path, into: Path) -> None:
    """Move the finished files to their places; the manifest comes last."""
    for name in FILES:
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (scratch / target.name).replace(target)
    text = json.dumps(_describe(into), indent=2) + "\n"
    pending = into / "models" / "manifest.json.new"
    pending.write_text(text, encoding="utf-8")
    pending.replace(into / "models" / "manifest.json")


def _describe(into: Path) -> dict[str, Any]:
    return {
        "recipe": RECIPE,
        "files": [
            {
                "name": name,
                "sha256": hashlib.sha256((into / name).read_bytes()).hexdigest(),
                "made_from": [
                    {"package": source.package, "file": source.member, "sha256": source.sha256}
                    for source in made_from
                ],
            }
            for name, made_from in FILES.items()
        ],
    }
