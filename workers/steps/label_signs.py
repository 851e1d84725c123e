"""Words on signs and things in photos, where no engine reads all photos anyway."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gallery.models import Kind, MediaItem
from gallery.services.facts import is_page_like
from gallery.services.labeling import label_key
from gallery.services.reading import record_text
from gallery.types import DetectedLabel, TextPage
from workers.analyzers.rekognition_calls import NAME
from workers.engines import sign_analyzer, text_analyzer
from workers.gates import TEXT_LABELS
from workers.results import LABELS, answer
from workers.steps.pictures import as_input, pictures_to_label

_SURE_ENOUGH = 60.0
# Labels, by their folded names, of things that people put words on.
_WRITTEN_ON = TEXT_LABELS | {
    "advertisement",
    "banner",
    "billboard",
    "blackboard",
    "license plate",
    "number",
    "road sign",
    "sign",
    "street sign",
    "symbol",
    "white board",
}


def read_signs(item: MediaItem, labels: Iterable[DetectedLabel]) -> Sequence[TextPage] | None:
    """The words on a photo whose labels speak of words; raises AnalyzerError.

    None where nothing was to be read, or another engine has read the photo already.
    """
    analyzer = sign_analyzer()
    if analyzer is None or not may_have_signs(item, _sources(item)) or not speak_of_signs(labels):
        return None
    pages: list[TextPage] = []
    for rendition in pictures_to_label(item):
        with as_input(rendition) as picture:
            raw, _ = answer(item, analyzer, LABELS, picture)
        pages += analyzer.pages_from_raw(raw)
    return pages


def may_have_signs(item: MediaItem, sources: Iterable[str]) -> bool:
    """Whether the item is a photo, of which no other engine's text is among ``sources``."""
    return item.kind == Kind.PHOTO and not is_page_like(item) and set(sources) <= {NAME}


def speak_of_signs(labels: Iterable[DetectedLabel]) -> bool:
    """Whether there are words to be read that no other engine reads."""
    names = {label_key(label.name) for label in labels if label.confidence >= _SURE_ENOUGH}
    # What is worth a reading by the engine for pages is left to that.
    left_to_it = text_analyzer() is not None and bool(names & TEXT_LABELS)
    return bool(names & _WRITTEN_ON) and not left_to_it


def record_signs(item: MediaItem, pages: Sequence[TextPage] | None) -> None:
    """File the words, unless another engine's came first."""
    if pages is not None and set(_sources(item)) <= {NAME}:
        record_text(item, pages)


def _sources(item: MediaItem) -> Iterable[str]:
    return item.text_pages.values_list("source", flat=True)
