"""How well text is read: words of the true text found, and words that are not there."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.quality_pictures import raw_answer
from workers.analyzers.base import TextAnalyzer

WORD = re.compile(r"[^\W_]+")
PICTURES = {".jpg", ".png", ".tif", ".tiff"}
# Pages whose truth is that of another file, turned.
TURNED = {"phototest-rotated-180.png": "phototest.gold.txt"}


@dataclass(slots=True)
class Score:
    """Words counted as a bag."""

    true: int = 0
    read: int = 0
    right: int = 0

    def add(self, true: Counter[str], read: Counter[str]) -> None:
        self.true += true.total()
        self.read += read.total()
        self.right += (true & read).total()

    def __str__(self) -> str:
        recall = self.right / max(1, self.true)
        precision = self.right / max(1, self.read)
        return f"recall {recall:.3f}, precision {precision:.3f} ({self.true} words)"


def run(engine: TextAnalyzer, folder: Path, limit: int | None, kept: Path | None) -> None:
    """Read every document picture with a true text and print the measures by kind."""
    scores: dict[str, Score] = defaultdict(Score)
    seconds: list[float] = []
    for kind, picture, truth in documents(folder / "documents")[:limit]:
        raw = raw_answer(engine, picture, kept)
        read = "\n".join(page.text for page in engine.pages_from_raw(raw))
        true_words, read_words = words(truth), words(read)
        scores[kind].add(true_words, read_words)
        seconds.append(float(raw["seconds"]))
        if kind != "receipt":
            _print_one(picture.name, true_words, read_words, raw)
    for kind, score in scores.items():
        print(f"text, {kind}: {score}")
    if seconds:
        seconds.sort()
        print(f"seconds a page: median {seconds[len(seconds) // 2]:.2f}, worst {seconds[-1]:.2f}")


def _print_one(name: str, true: Counter[str], read: Counter[str], raw: Any) -> None:
    score = Score()
    score.add(true, read)
    print(f"  {name}: {score}, turned by {raw['rotation']}")


def documents(folder: Path) -> list[tuple[str, Path, str]]:
    """Return (kind, picture, true text) of the documents that are pictures."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["kind"], row["file"], row["truth_file"]) for row in csv.DictReader(stream)]
    rows += [("turned", file, truth) for file, truth in TURNED.items()]
    return [
        (kind, folder / file, (folder / truth).read_text(encoding="utf-8", errors="replace"))
        for kind, file, truth in rows
        if truth.endswith(".txt") and Path(file).suffix in PICTURES and (folder / truth).exists()
    ]


def words(text: str) -> Counter[str]:
    """Count the words of a text, case and compatibility forms folded."""
    return Counter(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
