"""boto3's clients, made from the settings."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from django.conf import settings

_CONNECT_SECONDS, _READ_SECONDS = 5, 60


def session() -> boto3.Session:
    """A session of the profile and region that the settings name."""
    aws = settings.PIXTRACT_AWS
    return boto3.Session(profile_name=aws["profile"] or None, region_name=aws["region"] or None)


def client(service: str, *, region: str = "", endpoint_url: str = "", attempts: int = 3) -> Any:
    """A client of ``service``. For calls that cost money ``attempts`` must be 1: whoever
    retries must also keep the ledger."""
    config = Config(
        signature_version="s3v4" if service == "s3" else None,
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
    )
    return session().client(
        service,  # type: ignore[call-overload]
        region_name=region or None,
        endpoint_url=endpoint_url or None,
        config=config,
    )


def has_profile(name: str) -> bool:
    """Whether the machine's AWS configuration knows a profile of this name."""
    return name in boto3.Session().available_profiles
