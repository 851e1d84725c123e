"""How good the labels are: found, false, where, and whether confidences hold."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.quality_fit import Answers, as_points, fit, folds
from bench.quality_pictures import raw_answer
from bench.quality_truth import LabeledPicture, labeled_pictures
from gallery.taxonomy import Taxonomy, load_taxonomy
from gallery.types import DetectedLabel
from workers.analyzers.base import LabelAnalyzer
from workers.analyzers.local import calibration
from workers.analyzers.local.evidence import class_names
from workers.analyzers.local.labels import labels_from_raw

FOUND_AT = 40
FALSE_AT = 80
THRESHOLDS = (20, 30, 40, 50, 60, 70, 80, 90)

Labels = Sequence[DetectedLabel]
Labeler = Callable[[LabeledPicture], Labels]


def run(engine: LabelAnalyzer, folder: Path, limit: int | None, kept: Path | None) -> None:
    """Ask the engine about every picture and print the measures."""
    taxonomy = load_taxonomy()
    pictures, raw = collect(engine, folder, limit, kept)

    def shipped(picture: LabeledPicture) -> Labels:
        return engine.labels_from_raw(raw[str(picture.path)])

    print_found(pictures, shipped, taxonomy)
    print_false(pictures, shipped)
    print_objects(pictures, shipped, taxonomy)
    print_reliability("with the shipped curves", pictures, shipped)
    print_reliability("cross-validated", pictures, cross_validated(pictures, raw, taxonomy))
    seconds = sorted(float(answer["seconds"]) for answer in raw.values())
    print(f"seconds a picture: median {seconds[len(seconds) // 2]:.2f}, worst {seconds[-1]:.2f}")


def collect(
    engine: LabelAnalyzer, folder: Path, limit: int | None, kept: Path | None
) -> tuple[list[LabeledPicture], Answers]:
    """Return the pictures and the raw answer for each path."""
    pictures = labeled_pictures(folder, load_taxonomy())[:limit]
    return pictures, {str(p.path): raw_answer(engine, p.path, kept) for p in pictures}


def write_fit(pictures: list[LabeledPicture], raw: Answers, target: Path) -> None:
    """Fit the curves on all pictures and store them."""
    fitted = fit(pictures, raw, load_taxonomy())
    curves: dict[str, Any] = {
        name: as_points(getattr(fitted, name)) for name in ("leaf", "broad", "object", "shown")
    }
    lines = [f'  "{name}": {json.dumps(points)}' for name, points in curves.items()]
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    calibration.load_calibration.cache_clear()


def cross_validated(pictures: list[LabeledPicture], raw: Answers, taxonomy: Taxonomy) -> Labeler:
    """Return labels whose curves were fitted on other pictures."""
    labels: dict[str, Labels] = {}
    for known, unknown in folds(pictures):
        curves = fit(known, raw, taxonomy)
        for picture in unknown:
            key = str(picture.path)
            labels[key] = labels_from_raw(raw[key], taxonomy, curves)
    return lambda picture: labels[str(picture.path)]


def names_at(labels: Labels, threshold: float) -> set[str]:
    """Return the names of the labels that are at least this sure."""
    return {label.name for label in labels if label.confidence >= threshold}


def print_found(pictures: list[LabeledPicture], labels: Labeler, taxonomy: Taxonomy) -> None:
    """Print on how many pictures at least one of the broader labels is found."""
    with_truth = [picture for picture in pictures if picture.broader]
    missed = [
        picture.path.name
        for picture in with_truth
        if not names_at(labels(picture), FOUND_AT) & _names(picture.broader, taxonomy)
    ]
    if with_truth:
        share = 1 - len(missed) / len(with_truth)
        print(f"broader label at >= {FOUND_AT}: {share:.3f} of {len(with_truth)}, missed {missed}")


def _names(words: Sequence[str], taxonomy: Taxonomy) -> set[str]:
    known = (taxonomy.lookup(word) for word in words)
    return {label.name for label in known if label}


def print_false(pictures: list[LabeledPicture], labels: Labeler) -> None:
    """Print labels that a person does not see on the picture, and how many are shown."""
    for kind, group in _groups(pictures).items():
        false = [
            f"{picture.path.name}: {name}"
            for picture in group
            for name in sorted(names_at(labels(picture), FALSE_AT) - picture.true)
        ]
        shown = sum(len(names_at(labels(picture), FOUND_AT)) for picture in group)
        print(
            f"{kind}: {len(false) / len(group):.2f} false labels a picture at >= {FALSE_AT},"
            f" {shown / len(group):.1f} labels at >= {FOUND_AT}; {false}"
        )


def _groups(pictures: list[LabeledPicture]) -> dict[str, list[LabeledPicture]]:
    groups: dict[str, list[LabeledPicture]] = defaultdict(list)
    for picture in pictures:
        groups["photos" if picture.group == "photo" else "labelled"].append(picture)
    return groups


def print_objects(pictures: list[LabeledPicture], labels: Labeler, taxonomy: Taxonomy) -> None:
    """Print precision and recall of the eighty kinds on the COCO pictures."""
    kinds = set(class_names("detector_classes.txt"))
    annotated = [picture for picture in pictures if picture.group == "coco"]
    for threshold in THRESHOLDS if annotated else ():
        right = wrong = missed = 0
        for picture in annotated:
            got = names_at(labels(picture), threshold) & kinds
            want = _names(picture.targets, taxonomy)
            right += len(got & want)
            wrong += len(got - want)
            missed += len(want - got)
        recall, precision = right / (right + missed), right / max(1, right + wrong)
        print(f"COCO kinds at >= {threshold}: recall {recall:.3f}, precision {precision:.3f}")


def print_reliability(title: str, pictures: list[LabeledPicture], labels: Labeler) -> None:
    """Print, a tenth of confidence at a time, how many labels are right."""
    print(f"reliability {title}:")
    for kind, group in [("all", pictures), *_groups(pictures).items()]:
        tenths: dict[int, list[bool]] = defaultdict(list)
        for picture in group:
            for label in labels(picture):
                tenth = min(9, int(label.confidence // 10))
                tenths[tenth].append(label.name in picture.true)
        cells = [
            f"{tenth * 10}-{tenth * 10 + 10}: {sum(found) / len(found):.2f} ({len(found)})"
            for tenth, found in sorted(tenths.items())
        ]
        print(f"  {kind}: " + ", ".join(cells))
