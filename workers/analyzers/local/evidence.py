"""Gathers, label by label, what the two networks saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from gallery.taxonomy import Taxonomy, TaxonomyLabel
from gallery.types import Box

DATA = Path(__file__).with_name("data")


@dataclass(slots=True)
class Evidence:
    """What speaks for one label; scores are the networks' own, 0-1.

    ``leaf`` is the probability of the very kind, ``rolled_up`` that of all
    kinds beneath the label, ``objects`` the best score of each detected kind
    that is the label or lies beneath it, ``boxes`` the places of the label itself.
    """

    label: TaxonomyLabel
    leaf: float = 0.0
    rolled_up: float = 0.0
    objects: dict[str, float] = field(default_factory=dict)
    boxes: list[tuple[Box, float]] = field(default_factory=list)


@lru_cache(maxsize=2)
def class_names(file_name: str) -> tuple[str, ...]:
    """Return the label of each class of a network, in the network's order."""
    return tuple((DATA / file_name).read_text(encoding="utf-8").splitlines())


def gather(raw: Mapping[str, Any], taxonomy: Taxonomy) -> list[Evidence]:
    """Return the evidence for every label that a raw answer touches."""
    found: dict[str, Evidence] = {}

    def of(label: TaxonomyLabel) -> Evidence:
        return found.setdefault(label.name, Evidence(label))

    for label, probability in _leaves(raw["leaves"], taxonomy):
        of(label).leaf += probability
        for wider in _family(label, taxonomy):
            of(wider).rolled_up += probability
    for label, seen in _objects(raw["detections"], taxonomy).items():
        of(label).boxes = seen
        best = max(score for _, score in seen)
        for wider in _family(label, taxonomy):
            of(wider).objects[label.name] = best
    return list(found.values())


def _family(label: TaxonomyLabel, taxonomy: Taxonomy) -> list[TaxonomyLabel]:
    """Return the label and all its ancestors."""
    wider = (taxonomy.lookup(name) for name in label.parents)
    return [label, *(known for known in wider if known)]


def _leaves(
    raw: Iterable[Sequence[float]], taxonomy: Taxonomy
) -> Iterable[tuple[TaxonomyLabel, float]]:
    names = class_names("classifier_classes.txt")
    for index, probability in raw:
        label = taxonomy.lookup(names[int(index)])
        if label:
            yield label, probability


def _objects(
    raw: Iterable[Sequence[float]], taxonomy: Taxonomy
) -> dict[TaxonomyLabel, list[tuple[Box, float]]]:
    names = class_names("detector_classes.txt")
    objects: dict[TaxonomyLabel, list[tuple[Box, float]]] = defaultdict(list)
    for index, score, *box in raw:
        label = taxonomy.lookup(names[int(index)])
        if label:
            objects[label].append((Box(*box), score))
    return objects
