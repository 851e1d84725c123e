"""Rekognition's engines: what is sent, what is made of the answers, and what they promise."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gallery.types import Box
from tests.cloud.rekognition_answers import FACES, SIGN, STREET, label, place
from tests.cloud.rekognition_endpoint import RekognitionEndpoint, offline, serving, video_engine
from tests.engines.conftest import saved
from tests.engines.contract import LabelEngineContract, TextEngineContract, assert_box, completed
from tests.media.making import png_header
from workers.analyzers.base import (
    AnalyzerError,
    AnalyzerInput,
    Billed,
)
from workers.analyzers.rekognition import RekognitionLabelAnalyzer
from workers.analyzers.rekognition_calls import RekognitionCalls
from workers.analyzers.rekognition_faces import RekognitionFaceAnalyzer
from workers.analyzers.rekognition_pictures import MAX_BYTES
from workers.analyzers.rekognition_text import RekognitionTextAnalyzer

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def endpoint() -> Iterator[RekognitionEndpoint]:
    with serving() as endpoint:
        endpoint.answers = {"DetectLabels": STREET, "DetectFaces": FACES, "DetectText": SIGN}
        yield endpoint


@pytest.fixture
def picture(tmp_path: Path) -> AnalyzerInput:
    return saved(Image.new("RGB", (640, 480), "green"), tmp_path)


@pytest.fixture
def broken(tmp_path: Path) -> AnalyzerInput:
    path = tmp_path / "broken.webp"
    path.write_bytes(b"no picture at all")
    return AnalyzerInput(path, "image/webp")


def labels_engine(calls: RekognitionCalls) -> RekognitionLabelAnalyzer:
    return RekognitionLabelAnalyzer(calls, max_labels=50, min_confidence=40)


class OpenCategories:
    """Rekognition may name categories that we have never heard of."""

    def test_categories_are_known(self, engine, picture) -> None:
        for found in completed(engine, picture).labels:
            assert 1 <= len(found.categories) <= 3


class TestLabels(OpenCategories, LabelEngineContract):
    @pytest.fixture
    def engine(self, endpoint: RekognitionEndpoint) -> RekognitionLabelAnalyzer:
        return labels_engine(endpoint.calls())


class TestFaces(OpenCategories, LabelEngineContract):
    @pytest.fixture
    def engine(self, endpoint: RekognitionEndpoint) -> RekognitionFaceAnalyzer:
        return RekognitionFaceAnalyzer(endpoint.calls())


class TestText(TextEngineContract):
    @pytest.fixture
    def engine(self, endpoint: RekognitionEndpoint) -> RekognitionTextAnalyzer:
        return RekognitionTextAnalyzer(endpoint.calls())


def test_it_asks_once_for_few_labels_at_a_low_confidence(
    endpoint: RekognitionEndpoint, picture: AnalyzerInput
) -> None:
    answer = completed(labels_engine(endpoint.calls()), picture)
    (asked,) = endpoint.asked("DetectLabels")
    assert (asked["MaxLabels"], asked["MinConfidence"]) == (50, 40.0)
    (sent,) = endpoint.pictures("DetectLabels")
    assert (sent.format, sent.mode, sent.size) == ("JPEG", "RGB", (640, 480))
    assert (answer.units, answer.model_version) == (1, "3.0")
    assert json.loads(json.dumps(answer.raw)) == STREET


def test_all_that_is_said_of_a_label_is_kept() -> None:
    tram = labels_engine(offline()).labels_from_raw(STREET)[0]
    assert (tram.name, tram.confidence) == ("Tram", 99.12)
    assert (tram.parents, tram.aliases) == (("Vehicle",), ("Streetcar",))
    assert tram.categories == ("Vehicles and Automotive",)
    assert tram.instances[0].box == Box(0.25, 0.5, 0.25, 0.25)


@pytest.mark.parametrize("side", [8_000, 30_000])
def test_a_bomb_of_pixels_is_not_decoded(
    side: int, endpoint: RekognitionEndpoint, tmp_path: Path
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(side, side))
    with pytest.raises(AnalyzerError) as caught:
        labels_engine(endpoint.calls()).analyze(AnalyzerInput(path, "image/png"))
    assert (caught.value.code, caught.value.permanent) == ("picture_too_large", True)
    assert not endpoint.requests


@pytest.mark.parametrize(
    ("size", "sent_size"),
    [((40, 20), (160, 80)), ((6000, 3000), (2048, 1024)), ((1000, 10), (2048, 80))],
)
def test_pictures_are_sent_within_limits(
    size: tuple[int, int],
    sent_size: tuple[int, int],
    endpoint: RekognitionEndpoint,
    tmp_path: Path,
) -> None:
    completed(labels_engine(endpoint.calls()), saved(Image.new("RGB", size), tmp_path))
    (sent,) = endpoint.pictures("DetectLabels")
    assert sent.size == sent_size


def test_boxes_on_a_padded_strip_are_boxes_on_the_strip(
    endpoint: RekognitionEndpoint, tmp_path: Path
) -> None:
    # 1000 x 10 becomes 2048 x 20 on a canvas of 2048 x 80: the strip is its upper quarter.
    endpoint.answers["DetectLabels"] = {
        "Labels": [label("Kite", 90.0, Instances=[place(90.0, 0.5, 0.125, 0.25, 0.0625)])],
        "LabelModelVersion": "3.0",
    }
    strip = saved(Image.new("RGB", (1000, 10)), tmp_path)
    answer = completed(labels_engine(endpoint.calls()), strip)
    assert answer.labels[0].instances[0].box == Box(0.5, 0.5, 0.25, 0.25)


def test_what_is_transparent_is_sent_white(endpoint: RekognitionEndpoint, tmp_path: Path) -> None:
    completed(
        labels_engine(endpoint.calls()),
        saved(Image.new("RGBA", (100, 100), (9, 9, 9, 0)), tmp_path),
    )
    (sent,) = endpoint.pictures("DetectLabels")
    assert min(sent.getpixel((50, 50))) > 250  # type: ignore[arg-type]


def test_a_noisy_picture_stays_below_the_limit_of_bytes(
    endpoint: RekognitionEndpoint, tmp_path: Path
) -> None:
    noise = Image.effect_noise((2048, 2048), 200).convert("RGB")
    completed(labels_engine(endpoint.calls()), saved(noise, tmp_path))
    (asked,) = endpoint.asked("DetectLabels")
    assert len(base64.b64decode(asked["Image"]["Bytes"])) <= MAX_BYTES


def test_a_refusal_is_asked_no_second_time(
    endpoint: RekognitionEndpoint, picture: AnalyzerInput
) -> None:
    endpoint.answers["DetectLabels"] = {"__type": "ProvisionedThroughputExceededException"}
    with pytest.raises(AnalyzerError) as caught:
        labels_engine(endpoint.calls()).analyze(picture)
    assert caught.value.throttled
    assert not caught.value.permanent
    assert len(endpoint.requests) == 1


def test_an_answer_without_labels_is_none(
    endpoint: RekognitionEndpoint, picture: AnalyzerInput
) -> None:
    endpoint.answers["DetectLabels"] = {"LabelModelVersion": "3.0"}
    with pytest.raises(AnalyzerError) as caught:
        labels_engine(endpoint.calls()).analyze(picture)
    assert (caught.value.permanent, caught.value.billed) == (False, Billed.UNCERTAIN)


def test_what_a_hostile_answer_says_is_bounded() -> None:
    many = [{"Name": f"N{i}"} for i in range(5000)]
    boxes = [place(50.0, -5.0, 0.1, 99.0, 0.5)] * 5000
    hostile = [
        label("A" * 9999, 1e9, Parents=many, Aliases=many, Categories=many, Instances=boxes),
        label("Nul\x00l\ud800", float("nan")),
        label("  \x00 ", 99.0),
        {"Name": ["x"], "Confidence": "99"},
        "Dog",
        *[label(f"L{i}", 60.0) for i in range(5000)],
    ]
    found = labels_engine(offline()).labels_from_raw({"Labels": hostile})
    first = found[0]
    assert len(found) <= 1000
    assert (len(first.name), first.confidence) == (100, 100.0)
    assert max(len(first.parents), len(first.aliases), len(first.instances)) <= 100
    assert len(first.categories) <= 3
    assert_box(first.instances[0].box)
    assert {name for name in (f.name for f in found) if not name.startswith(("A", "L"))} == set()


@given(ANYTHING)
def test_no_answer_whatever_is_too_strange(answer: Any) -> None:
    for name in ("Labels", "FaceDetails", "TextDetections"):
        raw = {name: answer, "LabelModelVersion": answer}
        for found in labels_engine(offline()).labels_from_raw(raw):
            assert found.name and 0 < found.confidence <= 100
        RekognitionFaceAnalyzer(offline()).labels_from_raw(raw)
        RekognitionTextAnalyzer(offline()).pages_from_raw(raw)
        video_engine(offline()).labels_from_raw(raw)


def test_faces_are_counted_and_their_expressions_named(
    endpoint: RekognitionEndpoint, picture: AnalyzerInput
) -> None:
    answer = completed(RekognitionFaceAnalyzer(endpoint.calls()), picture)
    found = {seen.name: seen for seen in answer.labels}
    assert set(found) == {"2 People", "Smile", "Happy", "Surprised", "Eyes Closed"}
    assert found["2 People"].aliases == ("Two People",)
    assert [seen.box.left for seen in found["2 People"].instances] == [0.1, 0.6]
    assert [seen.box.left for seen in found["Surprised"].instances] == [0.6]
    assert found["Smile"].confidence == 95.0


def test_neither_sex_nor_age_nor_features_are_asked_for_or_kept(
    endpoint: RekognitionEndpoint, picture: AnalyzerInput
) -> None:
    answer = completed(RekognitionFaceAnalyzer(endpoint.calls()), picture)
    (asked,) = endpoint.asked("DetectFaces")
    assert not {"ALL", "GENDER", "AGE_RANGE"} & set(asked["Attributes"])
    assert not {"Gender", "AgeRange", "Landmarks"} & answer.raw["FaceDetails"][0].keys()


def test_crowds_are_not_counted_one_by_one() -> None:
    crowd = {"FaceDetails": FACES["FaceDetails"] * 8}
    names = [seen.name for seen in RekognitionFaceAnalyzer(offline()).labels_from_raw(crowd)]
    assert names[0] == "10 or More People"
