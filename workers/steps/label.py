"""What can be seen: labels of the picture, or of a video's frames with their moments."""

from __future__ import annotations

from gallery.models import Kind, MediaItem
from gallery.page_labels import labels_of_page
from gallery.services.labeling import record_labels
from gallery.types import DetectedLabel
from workers.analyzers.base import LabelAnalyzer
from workers.engines import label_analyzer
from workers.moments import Frame, merge_frames
from workers.results import LABELS, answer
from workers.steps.outcome import Outcome, StepSkipped
from workers.steps.pictures import as_input, pictures_to_label


def label_item(item: MediaItem) -> Outcome:
    analyzer = label_analyzer()
    if analyzer is None:
        raise StepSkipped("engine_off", "Label detection is switched off.")
    labels, model_version = detected_labels(item, analyzer, item.document_type)
    return Outcome(
        lambda: record_labels(item, labels, source=analyzer.name, model_version=model_version),
        {"labels": len(labels)},
    )


def detected_labels(
    item: MediaItem, analyzer: LabelAnalyzer, document_type: str
) -> tuple[list[DetectedLabel], str]:
    """The item's labels, seen as ``document_type``, with the model's version.

    Answers that are kept are used; raises AnalyzerError.
    """
    frames: list[Frame] = []
    model_version = ""
    for rendition in pictures_to_label(item):
        with as_input(rendition) as picture:
            raw, model_version = answer(item, analyzer, LABELS, picture)
        seen = tuple(analyzer.labels_from_raw(raw))
        frames.append(Frame(rendition.start_ms or 0, rendition.end_ms or 0, seen))
    if item.kind == Kind.VIDEO:
        return merge_frames(frames), model_version
    labels = [label for frame in frames for label in frame.labels]
    return labels_of_page(labels, document_type), model_version
