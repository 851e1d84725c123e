"""The engines that the settings chose, made once a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings

from gallery.models import MediaItem
from gallery.sniff import FileType
from workers.analyzers.base import LabelAnalyzer, TextAnalyzer
from workers.analyzers.local.labels import LocalLabelAnalyzer
from workers.analyzers.local.process import EngineLimits, EngineProcess
from workers.analyzers.local.text import LocalTextAnalyzer
from workers.media.limits import Limits
from workers.media.places import PlaceIndex
from workers.media.service import MediaTools


@cache
def media_tools() -> MediaTools:
    """Decoders, each call in a process of its own with limits."""
    return MediaTools(
        Limits(max_pixels=settings.PIXTRACT_MAX_PIXELS, max_pages=settings.PIXTRACT_MAX_PAGES)
    )


@cache
def place_index() -> PlaceIndex:
    """The table of the world's towns, for looking up coordinates."""
    return PlaceIndex(settings.PIXTRACT_PLACES_FILE)


@cache
def label_analyzer() -> LabelAnalyzer | None:
    """The label engine, or None when it is switched off."""
    return LABEL_ENGINES[settings.PIXTRACT_LABEL_ENGINE]()


@cache
def text_analyzer() -> TextAnalyzer | None:
    """The text engine, or None when it is switched off."""
    return TEXT_ENGINES[settings.PIXTRACT_TEXT_ENGINE]()


@cache
def _local_process() -> EngineProcess:
    """Both local engines share one process: a small machine has memory for one at a time."""
    limits = EngineLimits(idle_seconds=settings.PIXTRACT_ENGINE_IDLE_SECONDS)
    return EngineProcess(settings.PIXTRACT_MODELS_DIR, limits)


LABEL_ENGINES: dict[str, Callable[[], LabelAnalyzer | None]] = {
    "local": lambda: LocalLabelAnalyzer(_local_process()),
    "off": lambda: None,
}
TEXT_ENGINES: dict[str, Callable[[], TextAnalyzer | None]] = {
    "local": lambda: LocalTextAnalyzer(_local_process(), languages=settings.PIXTRACT_OCR_LANGUAGES),
    "off": lambda: None,
}


def file_type_of(item: MediaItem) -> FileType:
    """What the item's original was found to be when it was uploaded."""
    return FileType(item.kind, item.content_type, item.extension)  # type: ignore[arg-type]
