"""What every label and every text engine promises; each engine's tests run these.

A subclass gives the fixtures ``engine``, ``picture`` (something to see or to
read) and ``broken`` (no picture at all).
"""

from __future__ import annotations

import json

import pytest

from gallery.taxonomy import CATEGORIES
from gallery.types import Box
from workers.analyzers.base import (
    AnalyzerError,
    AnalyzerInput,
    Completed,
    LabelAnalyzer,
    TextAnalyzer,
)


def assert_box(box: Box) -> None:
    assert 0 <= box.left <= 1 and 0 <= box.top <= 1
    assert 0 <= box.width <= 1.0001 - box.left and 0 <= box.height <= 1.0001 - box.top


def completed(engine: LabelAnalyzer | TextAnalyzer, picture: AnalyzerInput) -> Completed:
    answer = engine.analyze(picture)
    assert isinstance(answer, Completed)
    return answer


class EngineContract:
    """Promises of both kinds of engine."""

    def test_it_has_a_name_and_parameters_that_can_be_a_cache_key(self, engine) -> None:
        assert engine.name
        assert json.loads(json.dumps(engine.parameters())) == engine.parameters()

    def test_its_raw_answer_survives_storage(self, engine, picture) -> None:
        raw = completed(engine, picture).raw
        assert json.loads(json.dumps(raw)) == raw

    def test_it_names_its_model_version(self, engine, picture) -> None:
        assert completed(engine, picture).model_version

    def test_it_refuses_what_is_no_picture_for_good(self, engine, broken) -> None:
        with pytest.raises(AnalyzerError) as caught:
            engine.analyze(broken)
        assert caught.value.permanent
        assert caught.value.code
        assert caught.value.message


class LabelEngineContract(EngineContract):
    """Promises of engines that name what is on a picture."""

    def test_it_is_a_label_analyzer(self, engine) -> None:
        assert isinstance(engine, LabelAnalyzer)

    def test_confidences_lie_between_0_and_100(self, engine, picture) -> None:
        labels = completed(engine, picture).labels
        assert labels
        assert all(0 < label.confidence <= 100 for label in labels)

    def test_a_label_comes_once(self, engine, picture) -> None:
        names = [label.name for label in completed(engine, picture).labels]
        assert len(names) == len(set(names))

    def test_boxes_lie_on_the_picture(self, engine, picture) -> None:
        for label in completed(engine, picture).labels:
            for instance in label.instances:
                assert_box(instance.box)

    def test_categories_are_known(self, engine, picture) -> None:
        for label in completed(engine, picture).labels:
            assert set(label.categories) <= CATEGORIES

    def test_labels_can_be_rebuilt_from_the_stored_answer(self, engine, picture) -> None:
        answer = completed(engine, picture)
        raw = json.loads(json.dumps(answer.raw))
        assert tuple(engine.labels_from_raw(raw)) == answer.labels


class TextEngineContract(EngineContract):
    """Promises of engines that read."""

    def test_it_is_a_text_analyzer(self, engine) -> None:
        assert isinstance(engine, TextAnalyzer)

    def test_it_returns_one_page_with_the_number_asked_for(self, engine, picture) -> None:
        numbered = AnalyzerInput(picture.path, picture.content_type, page=7)
        pages = completed(engine, numbered).pages
        assert [page.number for page in pages] == [7]

    def test_lines_are_made_of_their_words(self, engine, picture) -> None:
        (page,) = completed(engine, picture).pages
        assert page.lines
        for line in page.lines:
            assert line.text == " ".join(word.text for word in line.words)

    def test_boxes_and_confidences_are_in_range(self, engine, picture) -> None:
        (page,) = completed(engine, picture).pages
        for line in page.lines:
            for part in (line, *line.words):
                assert_box(part.box)
                assert 0 <= part.confidence <= 100

    def test_pages_can_be_rebuilt_from_the_stored_answer(self, engine, picture) -> None:
        answer = completed(engine, picture)
        raw = json.loads(json.dumps(answer.raw))
        assert tuple(engine.pages_from_raw(raw)) == answer.pages
