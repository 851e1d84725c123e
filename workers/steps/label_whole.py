"""Labels of whole videos, looked at in the bucket where they lie."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from gallery.models import JobState, MediaItem, Step
from gallery.types import DetectedLabel
from workers.analyzers.base import StoredInput
from workers.engines import video_analyzer
from workers.results import LABELS, long_answer
from workers.spending.holds import Hold
from workers.steps.transcode import PLAY

_TAKEN = frozenset({"mp4", "mov", "m4v"})
_MINUTE_MS = 60_000
_MOST_MS = 6 * 60 * _MINUTE_MS
_MOST_BYTES = 10 * 1024**3
_COMING = (JobState.WAITING, JobState.RUNNING)
_LOOK_AGAIN = timedelta(seconds=30)


def labels_of_whole_video(item: MediaItem) -> tuple[list[DetectedLabel], str] | None:
    """The labels of the whole file with the model's version; raises AnalyzerError and Hold.

    None where whole videos are not looked at, or this one cannot be: its frames can.
    """
    analyzer = video_analyzer()
    stored = _stored(item) if analyzer else None
    if analyzer is None or stored is None:
        return None
    raw, model_version = long_answer(item, analyzer, LABELS, stored)
    return list(analyzer.labels_from_raw(raw)), model_version


def _stored(item: MediaItem) -> StoredInput | None:
    """The file to look at; None where it is longer than is taken, or of a length unknown."""
    minutes = minutes_of(item)
    found = file_of(item) if minutes else None
    if found is None:
        if minutes and copy_is_coming(item):
            message = "The video is looked at when its copy for browsers is made."
            raise Hold("awaiting_copy", message, timezone.now() + _LOOK_AGAIN, bounded=True)
        return None
    key, content_type = found
    prefix = settings.PIXTRACT_S3["prefix"]
    return StoredInput(
        bucket=settings.PIXTRACT_S3["bucket"],
        key=f"{prefix}/{key}" if prefix else key,
        content_type=content_type,
        units=minutes,
    )


def minutes_of(item: MediaItem) -> int:
    """Begun minutes, as they are charged; 0 where it is too long, or of a length unknown."""
    if not item.duration_ms or item.duration_ms > _MOST_MS:
        return 0
    return -(-item.duration_ms // _MINUTE_MS)


def file_of(item: MediaItem) -> tuple[str, str] | None:
    """Key and type of the original, or else of the copy for browsers, which is H.264 always."""
    plain = item.details.get("video_codec") == "h264" and item.extension in _TAKEN
    if plain and item.size_bytes <= _MOST_BYTES:
        return item.original_key, item.content_type
    for copy in item.renditions.all():
        if copy.name == PLAY and copy.size_bytes <= _MOST_BYTES:
            return copy.key, copy.content_type
    return None


def copy_is_coming(item: MediaItem) -> bool:
    """Whether the copy for browsers is being made, or will be."""
    return any(job.step == Step.TRANSCODE and job.state in _COMING for job in item.jobs.all())
