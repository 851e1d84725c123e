"""The bucket drop that was chosen must be complete, or the start says what is missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

_OWN_ROOTS = ("originals", "renditions", "incoming")


@register("ingest")
def check_ingest(**_: Any) -> list[CheckMessage]:
    """A queue needs a bucket, a region and a folder that holds nothing of our own."""
    ingest = settings.PIXTRACT_INGEST
    if not ingest["queue_url"]:
        return []
    found = [*_missing(ingest), *_overlap(ingest)]
    return [Error(message, hint=hint, id=code) for code, message, hint in found]


def _missing(ingest: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    url = ingest["queue_url"]
    if not url.startswith(("https://", "http://")):
        message = f"PIXTRACT_INGEST_QUEUE_URL must be an https:// address, not {url!r}."
        hint = "`manage.py setup_aws` prints it, like https://sqs.eu-west-1.amazonaws.com/1/name."
        found.append(("workers.E050", message, hint))
    if not ingest["bucket"]:
        hint = "Set PIXTRACT_INGEST_BUCKET, or PIXTRACT_S3_BUCKET."
        found.append(("workers.E051", "PIXTRACT_INGEST_QUEUE_URL needs a bucket.", hint))
    if not (settings.PIXTRACT_S3["region"] or ingest["endpoint_url"]):
        hint = "Set PIXTRACT_AWS_REGION."
        found.append(("workers.E052", "PIXTRACT_INGEST_QUEUE_URL needs a region.", hint))
    return found


def _overlap(ingest: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Whatever we wrote ourselves would be imported again, and again."""
    bucket = settings.PIXTRACT_S3
    if ingest["bucket"] != bucket["bucket"]:
        return []
    base = f"{bucket['prefix']}/" if bucket["prefix"] else ""
    drop = f"{ingest['prefix']}/"
    ours = [f"{base}{root}/" for root in _OWN_ROOTS]
    if not any(own.startswith(drop) or drop.startswith(own) for own in ours):
        return []
    message = f"The drop {drop} and Pixtract's own files lie in one folder of the bucket."
    return [("workers.E053", message, "Set PIXTRACT_INGEST_PREFIX to another folder.")]
