"""How many people there are and how they look, by DetectFaces: nobody's identity, sex or age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gallery.types import DetectedLabel, Instance
from workers.analyzers.base import AnalyzerInput, Completed
from workers.analyzers.rekognition_answers import box_of, confidence, entries
from workers.analyzers.rekognition_calls import NAME, PROVIDER, RekognitionCalls

# Sex and age are not even asked for.
_ATTRIBUTES = [
    "DEFAULT",
    "BEARD",
    "EMOTIONS",
    "EYEGLASSES",
    "EYES_OPEN",
    "SMILE",
    "SUNGLASSES",
]
_ASKED = {"Attributes": _ATTRIBUTES}
_KEPT = frozenset(
    {
        "BoundingBox",
        "Confidence",
        "Beard",
        "Emotions",
        "Eyeglasses",
        "EyesOpen",
        "Smile",
        "Sunglasses",
    }
)
_MAX_FACES = 100
_MAX_EMOTIONS = 20
_SURE_FACE = 80.0
_COUNTED_UP_TO = 9
_NUMBERS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_LOOKS = "Person Description"
_WORN = "Apparel and Accessories"
_MOODS = "Expressions and Emotions"
# Field of the answer, the value that counts, and the label as DetectLabels names it, too.
_TRAITS = (
    ("Smile", True, "Smile", ("Smiling",), _MOODS),
    ("EyesOpen", False, "Eyes Closed", ("Closed Eyes",), _MOODS),
    ("Eyeglasses", True, "Glasses", ("Eyeglasses",), _WORN),
    ("Sunglasses", True, "Sunglasses", (), _WORN),
    ("Beard", True, "Beard", (), _LOOKS),
)
_EMOTIONS = {
    "HAPPY": "Happy",
    "SAD": "Sad",
    "ANGRY": "Angry",
    "CONFUSED": "Confused",
    "DISGUSTED": "Disgusted",
    "SURPRISED": "Surprised",
    "CALM": "Calm",
    "FEAR": "Afraid",
}


class RekognitionFaceAnalyzer:
    """Labels of faces: their number and their expressions, each with its boxes."""

    name = NAME
    provider = PROVIDER
    operation = "DetectFaces"

    def __init__(self, calls: RekognitionCalls) -> None:
        self._calls = calls

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""
        return {"Operation": self.operation, **_ASKED}

    def analyze(self, picture: AnalyzerInput) -> Completed:
        """Return labels of the faces on one picture; raises AnalyzerError."""
        answer = self._calls.see("detect_faces", picture, _ASKED, finds="FaceDetails")
        raw = {"FaceDetails": [_kept(face) for face in _faces(answer)]}
        # The answer names no version of its model.
        return Completed(
            raw=raw,
            model_version="rekognition-faces",
            labels=tuple(self.labels_from_raw(raw)),
            units=1,
        )

    def labels_from_raw(self, raw: Mapping[str, Any]) -> Sequence[DetectedLabel]:
        """Rebuild labels from a kept raw answer; pure, offline."""
        found: dict[str, list[DetectedLabel]] = {}
        faces = [seen for face in _faces(raw) if (seen := _place(face))]
        for label in _labels(raw):
            found.setdefault(label.name, []).append(label)
        return [*_count(faces), *(_joined(same) for same in found.values())]


def _faces(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return entries(answer, "FaceDetails", _MAX_FACES)


def _kept(face: Mapping[str, Any]) -> dict[str, Any]:
    """Points of a face could tell people apart: they are not kept."""
    return {name: value for name, value in face.items() if name in _KEPT}


def _place(face: Mapping[str, Any]) -> Instance | None:
    box, sure = box_of(face.get("BoundingBox")), confidence(face.get("Confidence"))
    return Instance(box, sure) if box and sure and sure >= _SURE_FACE else None


def _count(faces: Sequence[Instance]) -> list[DetectedLabel]:
    """The label of how many there are: as sure as the least sure face among them."""
    if not faces:
        return []
    name, aliases = _count_names(len(faces))
    return [
        DetectedLabel(
            name=name,
            confidence=min(face.confidence for face in faces),
            parents=("Person",),
            aliases=aliases,
            categories=(_LOOKS,),
            instances=tuple(faces),
        )
    ]


def _count_names(count: int) -> tuple[str, tuple[str, ...]]:
    if count > _COUNTED_UP_TO:
        return f"{_COUNTED_UP_TO + 1} or More People", ("Many People",)
    noun = "Person" if count == 1 else "People"
    return f"{count} {noun}", (f"{_NUMBERS[count - 1]} {noun}",)


def _labels(raw: Mapping[str, Any]) -> Iterator[DetectedLabel]:
    for face in _faces(raw):
        place = _place(face)
        if place:
            yield from _traits(face, place)
            yield from _mood(face, place)


def _traits(face: Mapping[str, Any], place: Instance) -> Iterator[DetectedLabel]:
    for name, value, label, aliases, category in _TRAITS:
        trait = face.get(name)
        if isinstance(trait, Mapping) and trait.get("Value") is value:
            yield from _seen(label, confidence(trait.get("Confidence")), place, aliases, category)


def _mood(face: Mapping[str, Any], place: Instance) -> Iterator[DetectedLabel]:
    """The one expression that fits best."""
    moods = [
        (sure, _EMOTIONS[kind])
        for mood in entries(face, "Emotions", _MAX_EMOTIONS)
        if (kind := str(mood.get("Type"))) in _EMOTIONS
        and (sure := confidence(mood.get("Confidence"))) is not None
    ]
    if moods:
        sure, label = max(moods)
        yield from _seen(label, sure, place, (), _MOODS)


def _seen(
    label: str, sure: float | None, place: Instance, aliases: tuple[str, ...], category: str
) -> Iterator[DetectedLabel]:
    if sure:
        instance = Instance(place.box, sure)
        yield DetectedLabel(label, sure, ("Person",), aliases, (category,), (instance,))


def _joined(same: Sequence[DetectedLabel]) -> DetectedLabel:
    """One label of several faces: as sure as its surest, with all boxes."""
    best = max(same, key=lambda label: label.confidence)
    return DetectedLabel(
        name=best.name,
        confidence=best.confidence,
        parents=best.parents,
        aliases=best.aliases,
        categories=best.categories,
        instances=tuple(place for label in same for place in label.instances),
    )
