"""Measures the fields of receipts against their published truth: ``python -m bench.receipts``.

Vendor, date and total count as right when they are the same after normalization: letters and
digits of the vendor, the day, the amount. Rules were made with the first half of the receipts in
view (every other one by name); the second half tells how they do on receipts never seen.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.quality_pictures import raw_answer
from bench.quality_truth import samples_folder
from gallery.types import Field
from workers.analyzers.local.process import EngineProcess
from workers.analyzers.local.text import LocalTextAnalyzer
from workers.reading import extract_fields

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("vendor", "date", "total")
TRUTH = {"vendor": "company_or_issuer", "date": "date", "total": "total"}
SURE = 80.0


@dataclass(slots=True)
class Tally:
    """How many receipts of a half had a field found, right, and surely right."""

    receipts: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    sure: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    sure_right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    def add(self, kind: str, found: Field | None, *, right: bool) -> None:
        sure = found is not None and found.confidence >= SURE
        self.right[kind] += right
        self.found[kind] += found is not None
        self.sure[kind] += sure
        self.sure_right[kind] += sure and right


def main() -> int:
    """Print the table; returns the exit status."""
    options = _parse()
    folder = samples_folder() / "documents"
    if not folder.is_dir():
        print(f"No samples in {folder}: set PIXTRACT_SAMPLES.")
        return 1
    process = EngineProcess(options.models)
    engine = LocalTextAnalyzer(process)
    tallies = {"first half": Tally(), "second half": Tally()}
    for number, row in enumerate(receipts(folder)):
        tally = tallies["second half" if number % 2 else "first half"]
        tally.receipts += 1
        pages = engine.pages_from_raw(raw_answer(engine, folder / row["file"], options.keep))
        _judge(row, {one.kind: one for one in extract_fields(pages, "receipt")}, tally)
    process.stop()
    _print(tallies)
    return 0


def receipts(folder: Path) -> Iterator[Mapping[str, str]]:
    """Give the rows of the truth that are receipts with an issuer, by name."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] == "receipt"]
    yield from sorted((r for r in rows if r["company_or_issuer"]), key=lambda row: row["file"])


def is_right(kind: str, found: Field, truth: str) -> bool:
    """Compare after normalization; ``truth`` is as the transcription has it."""
    if kind == "vendor":
        return letters(found.value) == letters(truth)
    if kind == "total":
        return found.normalized == re.sub(r"[^\d.]", "", truth)
    return found.normalized == day(truth)


def letters(text: str) -> str:
    """Return what is compared of a name."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if one.isalnum())


def day(text: str) -> str:
    """Return the ISO form of a date of the truth, which has the day first or the year."""
    numbers = [int(one) for one in re.findall(r"\d+", text)]
    if numbers[0] < 32:
        numbers.reverse()
    year, month, of_month = numbers
    return date(year + 2000 * (year < 100), month, of_month).isoformat()


def _judge(row: Mapping[str, str], fields: Mapping[str, Field], tally: Tally) -> None:
    for kind in KINDS:
        found, truth = fields.get(kind), row[TRUTH[kind]]
        right = found is not None and is_right(kind, found, truth)
        tally.add(kind, found, right=right)
        if not right:
            read = f"{found.value!r} ({found.confidence})" if found else "nothing"
            print(f"  {row['file']}: {kind} is {truth!r}, found {read}")


def _print(tallies: Mapping[str, Tally]) -> None:
    for half, tally in tallies.items():
        for kind in KINDS:
            n = max(tally.receipts, 1)
            sure = f"{tally.sure_right[kind]} of {tally.sure[kind]} right at confidence {SURE:.0f}"
            print(f"{half}: {kind} {tally.right[kind]}/{n} = {tally.right[kind] / n:.0%}, {sure}")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=ROOT / "build" / "models")
    parser.add_argument("--keep", type=Path, help="keep raw answers here and use them again")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
