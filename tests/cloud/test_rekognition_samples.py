"""Answers that Rekognition really gave, or that its documentation shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from PIL import Image

from tests.engines.conftest import saved
from tests.engines.contract import assert_box, completed
from workers.analyzers.base import AnalyzerInput, Completed
from workers.analyzers.rekognition import RekognitionLabelAnalyzer
from workers.analyzers.rekognition_calls import RekognitionCalls
from workers.analyzers.rekognition_faces import RekognitionFaceAnalyzer
from workers.analyzers.rekognition_text import RekognitionTextAnalyzer
from workers.analyzers.rekognition_video import RekognitionVideoAnalyzer

pytestmark = pytest.mark.samples
_LABELS = (
    "DetectLabels_street",
    "DetectLabels_v3_recorded_city",
    "DetectLabels_v3_recorded_person_0",
)


@pytest.fixture
def picture(tmp_path: Path) -> AnalyzerInput:
    return saved(Image.new("RGB", (640, 480), "green"), tmp_path)


def recorded(samples: Path, name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((samples / "aws" / f"rekognition_{name}.json").read_text())
    return answer


@pytest.fixture
def stubber() -> Iterator[Stubber]:
    """A client that checks requests and answers against Amazon's own model."""
    client = boto3.client(
        "rekognition",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def calls(stubber: Stubber) -> RekognitionCalls:
    return RekognitionCalls(lambda: stubber.client)


@pytest.mark.parametrize("name", _LABELS)
def test_every_label_of_a_recorded_answer_comes_back(
    name: str, samples: Path, stubber: Stubber, picture: AnalyzerInput
) -> None:
    answer = recorded(samples, name)
    stubber.add_response("detect_labels", answer)
    engine = RekognitionLabelAnalyzer(calls(stubber), max_labels=100, min_confidence=40)
    found = {label.name: label for label in completed(engine, picture).labels}
    assert set(found) == {told["Name"] for told in answer["Labels"]}
    for told in answer["Labels"]:
        label = found[told["Name"]]
        assert label.confidence == pytest.approx(told["Confidence"], abs=0.01)
        assert list(label.parents) == [parent["Name"] for parent in told["Parents"]]
        assert len(label.instances) == len(told["Instances"])
        for instance in label.instances:
            assert_box(instance.box)


def test_a_recorded_city_has_names_aliases_and_categories(samples: Path) -> None:
    engine = RekognitionLabelAnalyzer(
        RekognitionCalls(lambda: None), max_labels=100, min_confidence=40
    )
    answer = recorded(samples, "DetectLabels_v3_recorded_city")
    found = {label.name: label for label in engine.labels_from_raw(answer)}
    assert found["Tarmac"].aliases == ("Asphalt",)
    assert found["Street"].parents == ("City", "Road", "Urban")
    assert found["Person"].categories == ("Person Description",)


def test_a_recorded_video_has_labels_with_moments(samples: Path, stubber: Stubber) -> None:
    stubber.add_response(
        "get_label_detection", recorded(samples, "GetLabelDetection_v3_timestamps")
    )
    engine = RekognitionVideoAnalyzer(calls(stubber), min_confidence=40, topic_arn="", role_arn="")
    answer = engine.collect("0" * 64)
    assert isinstance(answer, Completed)
    assert answer.model_version == "3.0"
    starts = {label.name: label.moments[0].start_ms for label in answer.labels}
    assert starts == {"Car": 1000, "Cup": 1000, "Kangaroo": 2000, "Bicycle": 4000}


def test_a_recorded_face_becomes_a_count_and_a_look(
    samples: Path, stubber: Stubber, picture: AnalyzerInput
) -> None:
    answer = recorded(samples, "DetectFaces")
    stubber.add_response("detect_faces", answer)
    labels = completed(RekognitionFaceAnalyzer(calls(stubber)), picture).labels
    assert labels[0].name == "1 Person"
    assert len(labels[0].instances) == len(answer["FaceDetails"]) == 1
    assert not {"Male", "Female", "Man"} & {label.name for label in labels}


def test_recorded_words_come_line_by_line(
    samples: Path, stubber: Stubber, picture: AnalyzerInput
) -> None:
    stubber.add_response("detect_text", recorded(samples, "DetectText"))
    answer = RekognitionTextAnalyzer(calls(stubber)).analyze(picture)
    (page,) = answer.pages
    assert page.text == "ESTD 1882\nBRAINS"
    assert [word.text for word in page.lines[0].words] == ["ESTD", "1882"]
