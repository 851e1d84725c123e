"""What the item is for: its document type, and the categories that it falls into."""

from __future__ import annotations

from gallery.document_types import PageFacts, document_type_of
from gallery.models import Job, JobState, MediaItem, Step
from gallery.services.categorizing import record_document_type
from gallery.services.labeling import record_labels
from gallery.types import DetectedLabel
from workers.engines import label_analyzer
from workers.steps.label import detected_labels
from workers.steps.outcome import Outcome


def categorize_item(item: MediaItem) -> Outcome:
    document_type = _document_type(item)
    labels = _labels_as(item, document_type)

    def store() -> None:
        record_document_type(item, document_type)
        if labels is not None:
            seen, source, model_version = labels
            record_labels(item, seen, source=source, model_version=model_version)

    return Outcome(store, {"document_type": document_type})


def _document_type(item: MediaItem) -> str:
    pages = item.text_pages.filter(start_ms=None).order_by("number")[:3]
    facts = PageFacts(
        kind=item.kind,
        file_name=item.file_name,
        pages=tuple(tuple(_line(line) for line in page.lines) for page in pages),
    )
    return document_type_of(facts)


def _line(line: dict[str, object]) -> tuple[str, tuple[float, ...]]:
    box = line["box"]
    return str(line["text"]), tuple(box) if isinstance(box, list) else (0.0, 0.0, 0.0, 0.0)


def _labels_as(item: MediaItem, document_type: str) -> tuple[list[DetectedLabel], str, str] | None:
    """The labels anew when text made another thing of the page; the engine is not asked again."""
    analyzer = label_analyzer()
    labeled = Job.objects.filter(item=item, step=Step.LABEL, state=JobState.DONE).exists()
    if analyzer is None or not labeled or document_type == item.document_type:
        return None
    labels, model_version = detected_labels(item, analyzer, document_type)
    return labels, analyzer.name, model_version
