"""The local label engine keeps the contract, and knows everyday pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from gallery.taxonomy import load_taxonomy
from tests.engines.conftest import from_skimage
from tests.engines.contract import LabelEngineContract, completed
from workers.analyzers.base import AnalyzerInput
from workers.analyzers.local.evidence import class_names
from workers.analyzers.local.labels import MAX_LABELS, LocalLabelAnalyzer, labels_from_raw
from workers.analyzers.local.process import EngineProcess


@pytest.fixture
def engine(engine_process: EngineProcess) -> LocalLabelAnalyzer:
    return LocalLabelAnalyzer(engine_process)


@pytest.fixture
def broken(tmp_path: Path) -> AnalyzerInput:
    path = tmp_path / "broken.webp"
    path.write_bytes(b"no picture at all")
    return AnalyzerInput(path, "image/webp")


class TestLocalLabels(LabelEngineContract):
    @pytest.fixture
    def picture(self, tmp_path: Path) -> AnalyzerInput:
        return from_skimage("chelsea", tmp_path)


@pytest.mark.parametrize(
    ("name", "label"),
    [("astronaut", "Person"), ("chelsea", "Cat"), ("coffee", "Cup")],
)
def test_everyday_pictures_get_the_label_a_person_would_search_for(
    name: str, label: str, engine: LocalLabelAnalyzer, tmp_path: Path
) -> None:
    answer = completed(engine, from_skimage(name, tmp_path))
    sure = {found.name: found.confidence for found in answer.labels}
    assert sure.get(label, 0) >= 40


def test_a_cat_is_a_pet_and_an_animal_at_least_as_surely(
    engine: LocalLabelAnalyzer, tmp_path: Path
) -> None:
    answer = completed(engine, from_skimage("chelsea", tmp_path))
    sure = {found.name: found.confidence for found in answer.labels}
    assert sure["Animal"] >= sure["Cat"] >= 90
    assert sure["Pet"] >= sure["Cat"]


def test_a_person_has_a_box_where_the_person_is(engine: LocalLabelAnalyzer, tmp_path: Path) -> None:
    answer = completed(engine, from_skimage("astronaut", tmp_path))
    person = next(found for found in answer.labels if found.name == "Person")
    box = person.instances[0].box
    # The face is about a third of the way down, left of the middle.
    assert box.left < 0.43 < box.left + box.width
    assert box.top < 0.25 < box.top + box.height


def test_classes_of_both_networks_are_labels() -> None:
    taxonomy = load_taxonomy()
    classes = {"classifier_classes.txt": 1000, "detector_classes.txt": 80}
    for file_name, count in classes.items():
        names = class_names(file_name)
        assert len(names) == count
        assert [name for name in names if taxonomy.lookup(name) is None] == []


def test_a_picture_is_not_flooded_with_labels() -> None:
    raw = {
        "leaves": [[index, 0.02] for index in range(0, 1000, 20)],
        "detections": [[kind, 0.9, 0.1, 0.1, 0.2, 0.2] for kind in range(80)],
    }
    labels = LocalLabelAnalyzer.labels_from_raw(object.__new__(LocalLabelAnalyzer), raw)
    assert len(labels) == MAX_LABELS


def test_no_evidence_gives_no_labels() -> None:
    from workers.analyzers.local.calibration import load_calibration

    raw = {"leaves": [], "detections": []}
    assert labels_from_raw(raw, load_taxonomy(), load_calibration()) == ()
