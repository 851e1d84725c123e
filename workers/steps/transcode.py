"""A copy that browsers play, of videos that they do not."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings

from gallery import storage
from gallery.models import MediaItem
from gallery.services.facts import record_renditions, store_renditions
from workers.engines import file_type_of, media_tools
from workers.media.playable import needs_play_copy
from workers.steps.outcome import Outcome, StepSkipped

PLAY = "play"


def transcode_item(item: MediaItem) -> Outcome:
    details = item.details
    codecs = str(details.get("video_codec", "")), str(details.get("audio_codec", ""))
    if not needs_play_copy(file_type_of(item), *codecs):
        raise StepSkipped("playable", "Browsers play the original.")
    with (
        storage.local_copy(item.original_key) as original,
        tempfile.TemporaryDirectory(dir=settings.PIXTRACT_WORK_DIR) as folder,
    ):
        file = media_tools().transcode(original, file_type_of(item), Path(folder), item.duration_ms)
        renditions = store_renditions(item, [file])
    replaced = item.renditions.filter(name=PLAY)
    return Outcome(
        lambda: record_renditions(renditions, replaced=replaced), {"bytes": file.size_bytes}
    )
