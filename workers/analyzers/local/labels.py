"""The local label engine: asks the engine process, turns raw answers into labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gallery.taxonomy import Taxonomy, load_taxonomy
from gallery.types import DetectedLabel, Instance
from workers.analyzers.base import AnalyzerInput, Completed
from workers.analyzers.local.calibration import Calibration, either, load_calibration
from workers.analyzers.local.evidence import Evidence, gather
from workers.analyzers.local.process import EngineProcess

NAME = "local-labels"
MODEL_VERSION = "efficientnet-lite2+centernet-1"
MIN_CONFIDENCE = 20.0
MIN_INSTANCE_CONFIDENCE = 30.0
MAX_LABELS = 25
MAX_INSTANCES = 20


class LocalLabelAnalyzer:
    """Names what is on pictures with two small networks; nothing leaves the machine."""

    name = NAME
    provider = ""
    operation = ""

    def __init__(self, process: EngineProcess) -> None:
        self._process = process

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""
        return {"model": MODEL_VERSION}

    def analyze(self, picture: AnalyzerInput) -> Completed:
        """Return labels down to MIN_CONFIDENCE; raises AnalyzerError."""
        answer = self._process.ask("labels", picture.path, {})
        return Completed(
            raw=answer["result"],
            model_version=MODEL_VERSION,
            labels=tuple(self.labels_from_raw(answer["result"])),
            timings={"engine": float(answer["seconds"])},
        )

    def labels_from_raw(self, raw: Mapping[str, Any]) -> Sequence[DetectedLabel]:
        """Rebuild labels from a kept raw answer; pure, offline, current taxonomy."""
        return labels_from_raw(raw, load_taxonomy(), load_calibration())


def labels_from_raw(
    raw: Mapping[str, Any], taxonomy: Taxonomy, calibration: Calibration
) -> tuple[DetectedLabel, ...]:
    """Return at most MAX_LABELS labels, the surest first.

    A label is never less sure than one beneath it: what is a dog is an animal.
    """
    evidence = {seen.label.name: seen for seen in gather(raw, taxonomy)}
    combined = chances(evidence.values(), calibration)
    sure = {name: round(100 * calibration.shown(chance), 2) for name, chance in combined.items()}
    best = sorted(sure, key=lambda name: (-sure[name], -_depth(evidence[name]), name))
    return tuple(
        _label(evidence[name], sure[name], calibration)
        for name in best[:MAX_LABELS]
        if sure[name] >= MIN_CONFIDENCE
    )


def chances(evidence: Iterable[Evidence], calibration: Calibration) -> dict[str, float]:
    """Return how likely each label is, 0-1, by the curves of the sources."""
    seen_labels = list(evidence)
    combined = {seen.label.name: _chance(seen, calibration) for seen in seen_labels}
    for seen in seen_labels:
        for wider in seen.label.parents:
            combined[wider] = max(combined[wider], combined[seen.label.name])
    return combined


def _chance(seen: Evidence, calibration: Calibration) -> float:
    as_picture = max(calibration.leaf(seen.leaf), calibration.broad(seen.rolled_up))
    # Only the best object counts: weak ones of several kinds are mistaken together.
    as_object = calibration.object(max(seen.objects.values(), default=0.0))
    return either([as_picture, as_object])


def _depth(seen: Evidence) -> int:
    return len(seen.label.parents)


def _label(seen: Evidence, sure: float, calibration: Calibration) -> DetectedLabel:
    label = seen.label
    return DetectedLabel(
        name=label.name,
        confidence=sure,
        parents=label.parents,
        aliases=label.aliases,
        categories=(label.category,),
        instances=_instances(seen, calibration),
    )


def _instances(seen: Evidence, calibration: Calibration) -> tuple[Instance, ...]:
    places = [
        Instance(box, round(100 * calibration.object(score), 2))
        for box, score in sorted(seen.boxes, key=lambda place: -place[1])
    ]
    return tuple(
        place for place in places[:MAX_INSTANCES] if place.confidence >= MIN_INSTANCE_CONFIDENCE
    )
