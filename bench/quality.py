"""Measures the local engines on the sample pictures: ``python bench/quality.py``.

Labels are judged by the published truth of the samples and by what a person
sees on them besides (``quality_seen.csv``); text by the words of the true text.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import quality_labels, quality_text  # noqa: E402 - after the path is set
from bench.quality_truth import samples_folder  # noqa: E402
from workers.analyzers.local import calibration  # noqa: E402
from workers.analyzers.local.labels import LocalLabelAnalyzer  # noqa: E402
from workers.analyzers.local.process import EngineProcess  # noqa: E402
from workers.analyzers.local.text import LocalTextAnalyzer  # noqa: E402


def main() -> int:
    """Print what was asked for; returns the exit status."""
    options = _parse()
    folder = samples_folder()
    if not folder.is_dir():
        print(f"No samples in {folder}: set PIXTRACT_SAMPLES.")
        return 1
    if options.only in (None, "labels"):
        process = EngineProcess(options.models)
        engine = LocalLabelAnalyzer(process)
        if options.fit:
            pictures, raw = quality_labels.collect(engine, folder, None, options.keep)
            quality_labels.write_fit(pictures, raw, calibration.DATA)
        quality_labels.run(engine, folder, options.limit, options.keep)
        _print_memory("labels", process)
    if options.only in (None, "text"):
        process = EngineProcess(options.models)
        quality_text.run(LocalTextAnalyzer(process), folder, options.limit, options.keep)
        _print_memory("text", process)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("labels", "text"))
    parser.add_argument("--limit", type=int, help="look at this many pictures")
    parser.add_argument("--models", type=Path, default=ROOT / "build" / "models")
    parser.add_argument("--keep", type=Path, help="keep raw answers here and use them again")
    parser.add_argument("--fit", action="store_true", help="fit the confidence curves anew")
    return parser.parse_args()


def _print_memory(name: str, process: EngineProcess) -> None:
    if process.pid:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        print(f"{name}: peak memory of the engine process {int(peak.split()[1]) // 1024} MB")
    process.stop()


if __name__ == "__main__":
    sys.exit(main())
