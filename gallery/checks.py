"""Start-up checks of names and of where files are kept: each names the variable to look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from gallery import storage

_BUCKET = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")
_PREFIX = re.compile(r"[\w!.*'()-]+(/[\w!.*'()-]+)*\Z", re.ASCII)
_WEEK_SECONDS = 7 * 24 * 3600
_DEFAULTS = {"addressing": "auto", "checksums": "auto", "encryption": "none", "url_seconds": 3600}


@register()
def check_bucket(**_: Any) -> list[CheckMessage]:
    """A bucket that was chosen must be described completely, and as S3 understands it."""
    bucket = settings.PIXTRACT_S3
    if not bucket["bucket"]:
        return list(_check_unused(bucket))
    return [message for check in _CHECKS for message in check(bucket)]


@register()
def check_names(**_: Any) -> list[CheckMessage]:
    """A variable whose name is written wrongly has no effect: nobody would notice."""
    return [
        Warning(
            f"{name} is no setting, and has no effect.",
            hint=f"Did you mean {nearest}?" if nearest else "docs/configuration.md lists them all.",
            id="gallery.W003",
        )
        for name, nearest in settings.PIXTRACT_UNKNOWN_NAMES.items()
    ]


@register("storage", deploy=True)
def check_store_answers(**_: Any) -> list[CheckMessage]:
    """On demand (``check --deploy --tag storage``): the store answers and lets us in."""
    try:
        storage.check_reachable()
    except storage.StoreUnavailable as error:
        return [
            Error(
                f"The store of files cannot be used: {error}.",
                hint="Look at PIXTRACT_S3_BUCKET, PIXTRACT_S3_REGION, PIXTRACT_S3_ENDPOINT_URL and "
                "the credentials; `manage.py setup_aws` makes the bucket.",
                id="gallery.E010",
            )
        ]
    return []


def _check_unused(bucket: Mapping[str, Any]) -> Iterator[CheckMessage]:
    names = sorted(
        f"PIXTRACT_S3_{name.upper()}"
        for name, value in bucket.items()
        if value != _DEFAULTS.get(name, "") and name != "region"
    )
    if names:
        yield Warning(
            f"{', '.join(names)} without PIXTRACT_S3_BUCKET: files are kept in a folder.",
            id="gallery.W001",
        )


def _check_name(bucket: Mapping[str, Any]) -> Iterator[CheckMessage]:
    if not _BUCKET.match(bucket["bucket"]):
        yield Error(
            f"PIXTRACT_S3_BUCKET is no name of a bucket: {bucket['bucket']!r}.",
            hint="3 to 63 small letters, digits, dots and hyphens; no address, no folder.",
            id="gallery.E001",
        )
    if bucket["prefix"] and not _PREFIX.match(bucket["prefix"]):
        yield Error(
            f"PIXTRACT_S3_PREFIX must be plain names with slashes, not {bucket['prefix']!r}.",
            id="gallery.E002",
        )


def _check_region(bucket: Mapping[str, Any]) -> Iterator[CheckMessage]:
    if not bucket["region"] and not bucket["endpoint_url"]:
        yield Error(
            "PIXTRACT_S3_BUCKET is set, but not the bucket's region.",
            hint="Set PIXTRACT_S3_REGION (or PIXTRACT_AWS_REGION), such as eu-west-1.",
            id="gallery.E003",
        )


def _check_addresses(bucket: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for name in ("endpoint_url", "public_url"):
        variable = f"PIXTRACT_S3_{name.upper()}"
        if bucket[name] and not _is_origin(bucket[name]):
            yield Error(
                f"{variable} must look like https://host:port, without more, not {bucket[name]!r}.",
                id="gallery.E004",
            )
    seen = bucket["public_url"] or bucket["endpoint_url"]
    if settings.BASE_URL.startswith("https:") and seen.startswith("http:"):
        yield Warning(
            "Browsers will not load originals: pages come by https, the store's links by http.",
            hint="Set PIXTRACT_S3_PUBLIC_URL to an https address of the store.",
            id="gallery.W002",
        )


def _is_origin(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def _check_encryption(bucket: Mapping[str, Any]) -> Iterator[CheckMessage]:
    if bucket["kms_key"] and bucket["encryption"] != "aws:kms":
        yield Error(
            "PIXTRACT_S3_KMS_KEY is set, but PIXTRACT_S3_ENCRYPTION is not aws:kms.",
            id="gallery.E005",
        )


def _check_links(bucket: Mapping[str, Any]) -> Iterator[CheckMessage]:
    if bucket["url_seconds"] > _WEEK_SECONDS:
        yield Error(
            f"PIXTRACT_S3_URL_SECONDS must be at most {_WEEK_SECONDS}: S3 signs for a week.",
            id="gallery.E006",
        )


def _check_class(bucket: Mapping[str, Any]) -> Iterator[CheckMessage]:
    if bucket["storage_class"] in ("GLACIER", "DEEP_ARCHIVE"):
        yield Error(
            f"PIXTRACT_S3_STORAGE_CLASS is {bucket['storage_class']}: its objects must be thawed "
            "before anybody can read them.",
            hint="Choose one that is read at once, such as STANDARD_IA or GLACIER_IR.",
            id="gallery.E007",
        )


_CHECKS: tuple[Callable[[Mapping[str, Any]], Iterator[CheckMessage]], ...] = (
    _check_name,
    _check_region,
    _check_addresses,
    _check_encryption,
    _check_links,
    _check_class,
)
