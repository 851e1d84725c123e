"""Small answers in Rekognition's shape."""

from __future__ import annotations

from typing import Any


def label(
    name: str, confidence: float, *parents: str, category: str = "Everyday Objects", **more: Any
) -> dict[str, Any]:
    return {
        "Name": name,
        "Confidence": confidence,
        "Instances": [],
        "Parents": [{"Name": parent} for parent in parents],
        "Aliases": [],
        "Categories": [{"Name": category}],
        **more,
    }


def box(left: float, top: float, width: float, height: float) -> dict[str, float]:
    return {"Left": left, "Top": top, "Width": width, "Height": height}


def place(confidence: float, *sides: float) -> dict[str, Any]:
    return {"BoundingBox": box(*sides), "Confidence": confidence}


STREET: dict[str, Any] = {
    "Labels": [
        label(
            "Tram",
            99.1234,
            "Vehicle",
            category="Vehicles and Automotive",
            Aliases=[{"Name": "Streetcar"}],
            Instances=[place(99.1, 0.25, 0.5, 0.25, 0.25)],
        ),
        label("Vehicle", 99.1234, category="Vehicles and Automotive"),
        label("Person", 97.5, category="Person Description", Aliases=[{"Name": "Human"}]),
        label("Street Sign", 81.0, "Sign", category="Symbols and Flags"),
        label("Puddle", 44.0, category="Nature and Outdoors"),
    ],
    "LabelModelVersion": "3.0",
}


def face(mood: str, *, smile: bool, eyes_open: bool = True, left: float = 0.1) -> dict[str, Any]:
    return {
        "BoundingBox": box(left, 0.2, 0.1, 0.2),
        "Confidence": 99.9,
        "Smile": {"Value": smile, "Confidence": 95.0},
        "EyesOpen": {"Value": eyes_open, "Confidence": 91.0},
        "Eyeglasses": {"Value": False, "Confidence": 99.0},
        "Sunglasses": {"Value": False, "Confidence": 99.0},
        "Emotions": [
            {"Type": mood, "Confidence": 88.0},
            {"Type": "CALM", "Confidence": 3.0},
        ],
        "Landmarks": [{"Type": "eyeLeft", "X": 0.5, "Y": 0.5}],
        "Gender": {"Value": "Female", "Confidence": 99.0},
        "AgeRange": {"Low": 20, "High": 30},
    }


FACES: dict[str, Any] = {
    "FaceDetails": [
        face("HAPPY", smile=True),
        face("SURPRISED", smile=False, eyes_open=False, left=0.6),
    ]
}


def words(text: str, kind: str, number: int, parent: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "DetectedText": text,
        "Type": kind,
        "Id": number,
        "Confidence": 98.0,
        "Geometry": {"BoundingBox": box(0.1, 0.1, 0.2, 0.05)},
    }
    return found if parent is None else found | {"ParentId": parent}


SIGN: dict[str, Any] = {
    "TextDetections": [
        words("RUA AUGUSTA", "LINE", 0),
        words("RUA", "WORD", 1, 0),
        words("AUGUSTA", "WORD", 2, 0),
    ],
    "TextModelVersion": "3.0",
}
