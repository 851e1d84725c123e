"""Labels of pages: the text's word counts for more than a picture engine's fancy."""

from __future__ import annotations

import pytest

from gallery.models import DocumentType
from gallery.page_labels import labels_of_page
from gallery.types import Box, DetectedLabel, Instance

FANCY = DetectedLabel("Envelope", 89.0)
BOXED = DetectedLabel("Person", 91.0, instances=(Instance(Box(0, 0, 0.5, 0.5), 91.0),))


def by_name(labels: list[DetectedLabel]) -> dict[str, DetectedLabel]:
    return {label.name: label for label in labels}


def test_what_is_no_page_keeps_its_labels() -> None:
    assert labels_of_page([FANCY, BOXED], "") == [FANCY, BOXED]


def test_a_receipt_says_so_and_guesses_step_back() -> None:
    found = by_name(labels_of_page([FANCY, BOXED], DocumentType.RECEIPT))
    assert set(found) == {"Text", "Document", "Receipt", "Envelope", "Person"}
    assert found["Envelope"].confidence < 55
    assert found["Person"].confidence == 91.0
    assert found["Receipt"].source == "text"
    assert found["Receipt"].categories == ("Text and Documents",)


@pytest.mark.parametrize("document_type", DocumentType.values)
def test_every_document_type_has_labels_of_the_taxonomy(document_type: str) -> None:
    assert "Text" in by_name(labels_of_page([], document_type))
