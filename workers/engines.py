"""The engines that the settings chose, made once a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings

from gallery.models import DocumentType, MediaItem
from gallery.sniff import FileType
from workers.analyzers.base import (
    FieldsAnalyzer,
    LabelAnalyzer,
    LongAnalyzer,
    LongLabelAnalyzer,
    LongTextAnalyzer,
    TextAnalyzer,
)
from workers.analyzers.local.labels import LocalLabelAnalyzer
from workers.analyzers.local.process import EngineLimits, EngineProcess
from workers.analyzers.local.text import LocalTextAnalyzer
from workers.analyzers.rekognition import RekognitionLabelAnalyzer
from workers.analyzers.rekognition_calls import RekognitionCalls
from workers.analyzers.rekognition_faces import RekognitionFaceAnalyzer
from workers.analyzers.rekognition_text import RekognitionTextAnalyzer
from workers.analyzers.rekognition_video import RekognitionVideoAnalyzer
from workers.analyzers.textract import (
    TextractExpenseAnalyzer,
    TextractFormsAnalyzer,
    TextractLongTextAnalyzer,
    TextractTextAnalyzer,
)
from workers.analyzers.textract_calls import TextractCalls
from workers.cloud.clients import client
from workers.media.limits import Limits
from workers.media.places import PlaceIndex
from workers.media.service import MediaTools

_PROVIDERS = frozenset({"rekognition", "textract"})
_BILLS = frozenset({DocumentType.RECEIPT, DocumentType.INVOICE})
_WITH_PAIRS = _BILLS | {DocumentType.FORM}
_WITH_TABLES = frozenset({DocumentType.INVOICE, DocumentType.FORM, DocumentType.PAGE})


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
def video_analyzer() -> LongLabelAnalyzer | None:
    """The engine that looks at whole videos, or None where frames are looked at."""
    asked = settings.PIXTRACT_REKOGNITION
    if settings.PIXTRACT_LABEL_ENGINE != "rekognition" or asked["video"] != "full":
        return None
    return RekognitionVideoAnalyzer(
        _rekognition_calls(),
        min_confidence=asked["min_confidence"],
        topic_arn=asked["topic_arn"],
        role_arn=asked["role_arn"],
    )


@cache
def face_analyzer() -> LabelAnalyzer | None:
    """The engine that counts people and names their expressions, or None when it is off."""
    wanted = settings.PIXTRACT_REKOGNITION["faces"]
    if settings.PIXTRACT_LABEL_ENGINE != "rekognition" or not wanted:
        return None
    return RekognitionFaceAnalyzer(_rekognition_calls())


@cache
def sign_analyzer() -> TextAnalyzer | None:
    """The engine for words on signs, or None: also where the local one reads everything."""
    wanted = settings.PIXTRACT_REKOGNITION["text"] and settings.PIXTRACT_TEXT_ENGINE != "local"
    if settings.PIXTRACT_LABEL_ENGINE != "rekognition" or not wanted:
        return None
    return RekognitionTextAnalyzer(_rekognition_calls())


def most_frames(analyzer: LabelAnalyzer) -> int:
    """How many frames of a video ``analyzer`` is to look at; 0 for none."""
    asked = settings.PIXTRACT_REKOGNITION
    if analyzer.provider != "rekognition":
        return int(settings.PIXTRACT_MAX_VIDEO_FRAMES)
    return 0 if asked["video"] == "off" else int(asked["video_frames"])


@cache
def text_analyzer() -> TextAnalyzer | None:
    """The text engine, or None when it is switched off."""
    return TEXT_ENGINES[settings.PIXTRACT_TEXT_ENGINE]()


@cache
def long_text_analyzer() -> LongTextAnalyzer | None:
    """The engine that reads whole files in a bucket, or None where only pages are read."""
    bucket, asked = settings.PIXTRACT_S3, settings.PIXTRACT_TEXTRACT
    if settings.PIXTRACT_TEXT_ENGINE != "textract" or not bucket["bucket"]:
        return None
    # Textract reaches no other stores than AWS's own, and those of its region alone.
    foreign = bucket["endpoint_url"] and not asked["endpoint_url"]
    apart = bucket["region"] and settings.PIXTRACT_AWS["region"] not in ("", bucket["region"])
    return None if foreign or apart else TextractLongTextAnalyzer(_textract_calls())


@cache
def fields_analyzer(document_type: str) -> FieldsAnalyzer | None:
    """The paid engine for the fields of such documents, or None where rules find them."""
    asked = settings.PIXTRACT_TEXTRACT
    if settings.PIXTRACT_TEXT_ENGINE != "textract":
        return None
    if asked["expense"] and document_type in _BILLS:
        return TextractExpenseAnalyzer(_textract_calls())
    forms = asked["forms"] and document_type in _WITH_PAIRS
    tables = asked["tables"] and document_type in _WITH_TABLES
    if not (forms or tables):
        return None
    return TextractFormsAnalyzer(_textract_calls(), forms=forms, tables=tables)


def paid_operations() -> set[tuple[str, str]]:
    """Provider and operation of every paid engine that the settings choose.

    For the start, before anything is asked: no engine is kept that was made for it.
    """
    paid = {settings.PIXTRACT_LABEL_ENGINE, settings.PIXTRACT_TEXT_ENGINE} & _PROVIDERS
    if not paid:
        return set()
    makers = (label_analyzer, video_analyzer, face_analyzer, sign_analyzer)
    made: list[LabelAnalyzer | TextAnalyzer | LongAnalyzer | None] = [
        *(maker.__wrapped__() for maker in makers),
        text_analyzer.__wrapped__(),
        long_text_analyzer.__wrapped__(),
        *(fields_analyzer.__wrapped__(kind) for kind in DocumentType.values),
    ]
    return {(one.provider, one.operation) for one in made if one and one.provider}


@cache
def _local_process() -> EngineProcess:
    """Both local engines share one process: a small machine has memory for one at a time."""
    limits = EngineLimits(idle_seconds=settings.PIXTRACT_ENGINE_IDLE_SECONDS)
    return EngineProcess(settings.PIXTRACT_MODELS_DIR, limits)


@cache
def _rekognition_calls() -> RekognitionCalls:
    """One client for all calls; each attempt is paid, so it makes no second one by itself."""
    address = settings.PIXTRACT_REKOGNITION["endpoint_url"]
    return RekognitionCalls(lambda: client("rekognition", endpoint_url=address, attempts=1))


@cache
def _textract_calls() -> TextractCalls:
    address = settings.PIXTRACT_TEXTRACT["endpoint_url"]
    return TextractCalls(lambda: client("textract", endpoint_url=address, attempts=1))


def _rekognition_labels() -> LabelAnalyzer:
    asked = settings.PIXTRACT_REKOGNITION
    return RekognitionLabelAnalyzer(
        _rekognition_calls(),
        max_labels=asked["max_labels"],
        min_confidence=asked["min_confidence"],
    )


LABEL_ENGINES: dict[str, Callable[[], LabelAnalyzer | None]] = {
    "local": lambda: LocalLabelAnalyzer(_local_process()),
    "rekognition": _rekognition_labels,
    "off": lambda: None,
}
TEXT_ENGINES: dict[str, Callable[[], TextAnalyzer | None]] = {
    "local": lambda: LocalTextAnalyzer(_local_process(), languages=settings.PIXTRACT_OCR_LANGUAGES),
    "textract": lambda: TextractTextAnalyzer(_textract_calls()),
    "off": lambda: None,
}


def file_type_of(item: MediaItem) -> FileType:
    """What the item's original was found to be when it was uploaded."""
    return FileType(item.kind, item.content_type, item.extension)  # type: ignore[arg-type]
