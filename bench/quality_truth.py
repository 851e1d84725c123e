"""What the sample pictures really show: their published truth, and what a person sees besides.

The published truth names one thing a picture (ImageNet), all objects of eighty
kinds (COCO), or what the collector saw. ``quality_seen.csv`` adds what else is
plainly there, so that a right label does not count as false; pictures that it
does not list are not used to count false labels.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from gallery.taxonomy import Taxonomy

ROOT = Path(__file__).resolve().parents[1]
SEEN = Path(__file__).with_name("quality_seen.csv")
# Words of the truth that no label is called, and what comes closest.
MEANT = {"lawn": "Plant", "leaf": "Plant", "tree": "Plant", "sand": "Beach"}


@dataclass(frozen=True, slots=True)
class LabeledPicture:
    """``true`` are the names of all right labels, ancestors included."""

    path: Path
    group: str
    targets: tuple[str, ...]
    broader: tuple[str, ...]
    true: frozenset[str]
    complete: bool


def samples_folder() -> Path:
    """Return the folder of sample files, beside the checkout unless the environment says."""
    named = os.environ.get("PIXTRACT_SAMPLES")
    return Path(named) if named else ROOT.parent / "shared" / "samples"


def labeled_pictures(folder: Path, taxonomy: Taxonomy) -> list[LabeledPicture]:
    """Return the labelled pictures, then the photos that a person looked at."""
    seen = _seen()
    with (folder / "labelled" / "labels.csv").open(encoding="utf-8", newline="") as stream:
        published = {f"labelled/{row['file']}": row for row in csv.DictReader(stream)}
    names = [*published, *(name for name in seen if name not in published)]
    return [
        _picture(folder / name, published.get(name, {}), seen.get(name), taxonomy)
        for name in names
        if (folder / name).exists()
    ]


def _picture(
    path: Path, row: dict[str, str], seen: list[str] | None, taxonomy: Taxonomy
) -> LabeledPicture:
    targets = _split(row.get("truth_labels", ""))
    broader = _split(row.get("broader_labels", ""))
    true = with_ancestors([*targets, *broader, *(seen or [])], taxonomy)
    return LabeledPicture(
        path=path,
        group=row.get("group", "photo"),
        targets=tuple(targets),
        broader=tuple(broader),
        true=frozenset(true),
        complete=seen is not None or row.get("group") not in {"coco"},
    )


def with_ancestors(names: list[str], taxonomy: Taxonomy) -> set[str]:
    """Return the label names that follow from some words; unknown words fall away."""
    found: set[str] = set()
    for name in names:
        label = taxonomy.lookup(MEANT.get(name.casefold(), name))
        if label:
            found |= {label.name, *label.parents}
    return found


def _seen() -> dict[str, list[str]]:
    with SEEN.open(encoding="utf-8", newline="") as stream:
        return {row["file"]: _split(row["labels"]) for row in csv.DictReader(stream)}


def _split(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]
