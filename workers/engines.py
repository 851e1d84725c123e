"""The engines that the settings chose, made once a process and loaded at first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.utils.module_loading import import_string

from gallery.models import MediaItem
from gallery.sniff import FileType
from workers.analyzers.base import LabelAnalyzer, TextAnalyzer
from workers.media.limits import Limits
from workers.media.service import MediaTools

if TYPE_CHECKING:
    from workers.media.places import PlaceIndex

# By dotted path: the web server imports this module and must not load numpy and the models.
LABEL_ENGINES = {"local": "workers.analyzers.local.engine.LocalLabelAnalyzer"}
TEXT_ENGINES = {"local": "workers.analyzers.local.engine.LocalTextAnalyzer"}


@cache
def media_tools() -> MediaTools:
    """Decoders, each call in a process of its own with limits."""
    return MediaTools(
        Limits(max_pixels=settings.PIXTRACT_MAX_PIXELS, max_pages=settings.PIXTRACT_MAX_PAGES)
    )


@cache
def place_index() -> PlaceIndex:
    """The table of the world's towns, for looking up coordinates."""
    return cast(
        "PlaceIndex",
        import_string("workers.media.places.PlaceIndex")(settings.PIXTRACT_PLACES_FILE),
    )


@cache
def label_analyzer() -> LabelAnalyzer | None:
    """The label engine, or None when it is switched off."""
    return cast(LabelAnalyzer | None, _engine(LABEL_ENGINES, settings.PIXTRACT_LABEL_ENGINE))


@cache
def text_analyzer() -> TextAnalyzer | None:
    """The text engine, or None when it is switched off."""
    return cast(TextAnalyzer | None, _engine(TEXT_ENGINES, settings.PIXTRACT_TEXT_ENGINE))


def _engine(engines: dict[str, str], name: str) -> object | None:
    if name == "off":
        return None
    return cast(object, import_string(engines[name]).from_settings())


def file_type_of(item: MediaItem) -> FileType:
    """What the item's original was found to be when it was uploaded."""
    return FileType(item.kind, item.content_type, item.extension)  # type: ignore[arg-type]
