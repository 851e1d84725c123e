"""Start-up checks: an engine that was chosen must be there, or the start says what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from workers.cloud.clients import has_profile
from workers.cloud.regions import has_region
from workers.engines import paid_operations
from workers.spending.prices import unpriced

_BUILD_HINT = "Run `make build` to make it from its pinned packages."


@register()
def check_local_models(**_: Any) -> list[CheckMessage]:
    """The local label engine needs its built models."""
    if settings.PIXTRACT_LABEL_ENGINE != "local" or settings.TESTING:
        return []
    missing = [
        name
        for name in ("classifier.onnx", "detector.onnx")
        if not (Path(settings.PIXTRACT_MODELS_DIR) / name).is_file()
    ]
    return [
        Error(
            f"PIXTRACT_LABEL_ENGINE is local, but {settings.PIXTRACT_MODELS_DIR} has no {name}.",
            hint=_BUILD_HINT + " Or set PIXTRACT_LABEL_ENGINE=off.",
            id="workers.E001",
        )
        for name in missing
    ]


@register()
def check_places(**_: Any) -> list[CheckMessage]:
    """Places are looked up in a built table."""
    if Path(settings.PIXTRACT_PLACES_FILE).is_file() or settings.TESTING:
        return []
    return [
        Warning(
            f"{settings.PIXTRACT_PLACES_FILE} is missing: photos will have no place names.",
            hint=_BUILD_HINT,
            id="workers.W001",
        )
    ]


@register()
def check_queue(**_: Any) -> list[CheckMessage]:
    """SQS is called in a region; without one the client would take the oldest by itself."""
    broker = urlsplit(settings.CELERY_BROKER_URL)
    if broker.scheme != "sqs" or broker.hostname:
        return []
    if settings.CELERY_BROKER_TRANSPORT_OPTIONS["region"] or has_region():
        return []
    message = "PIXTRACT_BROKER_URL is sqs://, but PIXTRACT_SQS_REGION is not set."
    hint = "Name a region, like eu-west-1, there or in PIXTRACT_AWS_REGION."
    return [Error(message, hint=hint, id="workers.E011")]


@register()
def check_aws_profile(**_: Any) -> list[CheckMessage]:
    """A profile that is named must be in the machine's AWS configuration."""
    name = settings.PIXTRACT_AWS["profile"]
    if not name or has_profile(name):
        return []
    return [
        Error(
            f"PIXTRACT_AWS_PROFILE is {name}, but ~/.aws/config has no such profile.",
            hint="`aws configure list-profiles` tells which there are.",
            id="workers.E010",
        )
    ]


@register()
def check_rekognition(**_: Any) -> list[CheckMessage]:
    """Rekognition needs a region, and for whole videos a bucket that it can read."""
    if settings.PIXTRACT_LABEL_ENGINE != "rekognition":
        return []
    return [*_rekognition_place(), *_rekognition_bounds(), *_rekognition_videos()]


def _rekognition_place() -> list[CheckMessage]:
    profile = settings.PIXTRACT_AWS["profile"]
    if (profile and not has_profile(profile)) or has_region():
        return []
    message = "PIXTRACT_LABEL_ENGINE is rekognition, but PIXTRACT_AWS_REGION is not set."
    return [Error(message, hint="Name a region, like eu-west-1.", id="workers.E020")]


def _rekognition_bounds() -> list[CheckMessage]:
    asked = settings.PIXTRACT_REKOGNITION
    found: list[CheckMessage] = []
    if asked["max_labels"] > 1000:
        found.append(Error("PIXTRACT_MAX_LABELS must be at most 1000.", id="workers.E021"))
    if asked["min_confidence"] > 100:
        message = "PIXTRACT_REKOGNITION_MIN_CONFIDENCE must be at most 100."
        found.append(Error(message, id="workers.E022"))
    if asked["text"] and settings.PIXTRACT_TEXT_ENGINE == "local":
        message = "PIXTRACT_REKOGNITION_TEXT has no effect: the local engine reads every photo."
        hint = "Set PIXTRACT_TEXT_ENGINE=off to pay for Rekognition's reading instead."
        found.append(Warning(message, hint=hint, id="workers.W020"))
    return found


def _rekognition_videos() -> list[CheckMessage]:
    asked, bucket = settings.PIXTRACT_REKOGNITION, settings.PIXTRACT_S3
    if asked["video"] != "full":
        return []
    found: list[CheckMessage] = []
    if not bucket["bucket"]:
        message = "PIXTRACT_REKOGNITION_VIDEO is full, but PIXTRACT_S3_BUCKET is not set."
        hint = "Rekognition reads whole videos from a bucket alone; or set frames."
        found.append(Error(message, hint=hint, id="workers.E023"))
    if bool(asked["topic_arn"]) != bool(asked["role_arn"]):
        message = "PIXTRACT_REKOGNITION_TOPIC_ARN needs PIXTRACT_REKOGNITION_ROLE_ARN, and back."
        found.append(Error(message, id="workers.E024"))
    if asked["queue_url"] and not asked["topic_arn"]:
        message = "PIXTRACT_REKOGNITION_QUEUE_URL needs PIXTRACT_REKOGNITION_TOPIC_ARN."
        found.append(Error(message, id="workers.E025"))
    if bucket["region"] and settings.PIXTRACT_AWS["region"] not in ("", bucket["region"]):
        message = "PIXTRACT_S3_REGION differs from PIXTRACT_AWS_REGION."
        hint = "Rekognition reads videos of its own region alone."
        found.append(Error(message, hint=hint, id="workers.E026"))
    return found


@register()
def check_textract(**_: Any) -> list[CheckMessage]:
    """Textract needs a region, and what is asked of it beyond text needs Textract."""
    asked = settings.PIXTRACT_TEXTRACT
    if settings.PIXTRACT_TEXT_ENGINE != "textract":
        return [
            Warning(
                f"PIXTRACT_TEXTRACT_{name.upper()} has no effect: the text engine is another.",
                hint="Set PIXTRACT_TEXT_ENGINE=textract.",
                id="workers.W030",
            )
            for name in ("expense", "forms", "tables")
            if asked[name]
        ]
    profile = settings.PIXTRACT_AWS["profile"]
    if (profile and not has_profile(profile)) or has_region():
        return []
    message = "PIXTRACT_TEXT_ENGINE is textract, but PIXTRACT_AWS_REGION is not set."
    return [Error(message, hint="Name a region, like eu-west-1.", id="workers.E030")]


@register()
def check_prices(**_: Any) -> list[CheckMessage]:
    """What is bought must have a price: without one no cap could hold."""
    missing = {name for operation in paid_operations() for name in unpriced(*operation)}
    hint = "Add US dollars a unit, as your region's price list has them."
    return [
        Error(f"PIXTRACT_PRICES has no price for {name}.", hint=hint, id="workers.E040")
        for name in sorted(missing)
    ]
