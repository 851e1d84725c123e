"""Start-up checks: an engine that was chosen must be there, or the start says what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from workers.cloud.clients import has_profile

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
