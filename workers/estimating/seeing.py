"""What the step of labels would buy, by its own decisions."""

from __future__ import annotations

from collections.abc import Sequence

from gallery.models import Kind, MediaItem, Rendition, Step
from gallery.page_labels import labels_of_page
from workers.analyzers.base import LabelAnalyzer
from workers.engines import (
    face_analyzer,
    label_analyzer,
    most_frames,
    sign_analyzer,
    video_analyzer,
)
from workers.estimating.basket import Basket
from workers.estimating.batch import Batch
from workers.results import LABELS, part_of
from workers.steps.label_people import shows_people
from workers.steps.label_signs import may_have_signs, speak_of_signs
from workers.steps.label_video import looked_at
from workers.steps.label_whole import copy_is_coming, file_of, minutes_of
from workers.steps.pictures import frames_of, pictures_to_label

_ASKED = (Step.LABEL.value, LABELS)


def add_labels(batch: Batch, item: MediaItem, basket: Basket) -> bool:
    """Add what looking at the item costs; returns whether it would be seen anew."""
    analyzer = label_analyzer()
    if analyzer is None:
        return False
    if item.kind == Kind.VIDEO:
        return _add_video(batch, item, analyzer, basket)
    parts, is_sure = _parts(item)
    units = basket.add_pictures(batch, item, analyzer, _ASKED, parts, at_most=not is_sure)
    _add_second_look(batch, item, parts, basket)
    return bool(units)


def _parts(item: MediaItem) -> tuple[list[int], bool]:
    """Of pictures that are not made yet one is assumed; the other value tells of it."""
    made = [part_of(1, picture.start_ms) for picture in pictures_to_label(item)]
    return (made, True) if made or item.renditions.all() else ([1], False)


def _add_video(batch: Batch, item: MediaItem, analyzer: LabelAnalyzer, basket: Basket) -> bool:
    most, whole = most_frames(analyzer), video_analyzer()
    if not most:
        return False
    minutes = minutes_of(item) if whole else 0
    if whole and minutes and (file_of(item) or copy_is_coming(item)):
        return bool(basket.add_whole(batch, item, whole, _ASKED, minutes))
    frames = [frame for frame, _ in looked_at(frames_of(item), most)]
    parts, is_sure = frame_parts(item, frames, most)
    return bool(basket.add_pictures(batch, item, analyzer, _ASKED, parts, at_most=not is_sure))


def frame_parts(
    item: MediaItem, frames: Sequence[Rendition], most: int
) -> tuple[Sequence[int], bool]:
    """The parts of ``frames``; where none were made yet as many as there can be, and False."""
    if frames or item.renditions.all():
        return [part_of(1, frame.start_ms) for frame in frames], True
    return range(most), False


def _add_second_look(batch: Batch, item: MediaItem, parts: Sequence[int], basket: Basket) -> None:
    """Faces and signs, by what was seen; where nothing was yet, everything may be there."""
    seen = batch.seen.get(item.pk)
    faces, signs = face_analyzer(), sign_analyzer()
    unknown = seen is None
    if faces and (seen is None or shows_people(seen)):
        basket.add_pictures(batch, item, faces, _ASKED, parts, at_most=unknown)
    if signs is None or not may_have_signs(item, batch.pages.get(item.pk, {}).values()):
        return
    if seen is None or speak_of_signs(labels_of_page(seen, item.document_type)):
        basket.add_pictures(batch, item, signs, _ASKED, parts, at_most=unknown)
