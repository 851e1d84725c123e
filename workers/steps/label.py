"""What can be seen: labels of the picture, or of a video with their moments."""

from __future__ import annotations

from collections.abc import Sequence

from gallery.models import Kind, MediaItem
from gallery.page_labels import labels_of_page
from gallery.services.labeling import record_labels
from gallery.types import DetectedLabel
from workers.analyzers.base import LabelAnalyzer
from workers.engines import label_analyzer, most_frames
from workers.moments import merge_frames
from workers.results import LABELS, answer
from workers.steps.label_people import with_people
from workers.steps.label_signs import read_signs, record_signs
from workers.steps.label_video import looked_at
from workers.steps.label_whole import labels_of_whole_video
from workers.steps.outcome import Outcome, StepSkipped
from workers.steps.pictures import as_input, frames_of, pictures_to_label


def label_item(item: MediaItem) -> Outcome:
    analyzer = label_analyzer()
    if analyzer is None:
        raise StepSkipped("engine_off", "Label detection is switched off.")
    if item.kind == Kind.VIDEO and not most_frames(analyzer):
        raise StepSkipped("video_off", "Labels of videos are switched off.")
    labels, model_version = detected_labels(item, analyzer, item.document_type)
    signs = read_signs(item, labels)

    def store() -> None:
        record_labels(item, labels, source=analyzer.name, model_version=model_version)
        record_signs(item, signs)

    return Outcome(store, {"labels": len(labels)})


def detected_labels(
    item: MediaItem, analyzer: LabelAnalyzer, document_type: str
) -> tuple[list[DetectedLabel], str]:
    """The item's labels, seen as ``document_type``, with the model's version.

    Answers that are kept are used; raises AnalyzerError, and Hold for those to be waited for.
    """
    if item.kind == Kind.VIDEO:
        return labels_of_whole_video(item) or _labels_of_frames(item, analyzer)
    labels, model_version = _labels_of_pictures(item, analyzer)
    return labels_of_page(with_people(item, labels), document_type), model_version


def _labels_of_pictures(
    item: MediaItem, analyzer: LabelAnalyzer
) -> tuple[Sequence[DetectedLabel], str]:
    labels: list[DetectedLabel] = []
    model_version = ""
    for rendition in pictures_to_label(item):
        with as_input(rendition) as picture:
            raw, model_version = answer(item, analyzer, LABELS, picture)
        labels += analyzer.labels_from_raw(raw)
    return labels, model_version


def _labels_of_frames(item: MediaItem, analyzer: LabelAnalyzer) -> tuple[list[DetectedLabel], str]:
    frames = []
    model_version = ""
    for rendition, stretch in looked_at(frames_of(item), most_frames(analyzer)):
        with as_input(rendition) as picture:
            raw, model_version = answer(item, analyzer, LABELS, picture)
        frames.append(stretch.seen(analyzer.labels_from_raw(raw)))
    return merge_frames(frames), model_version
