"""A bucket of a real S3 server on this machine, as the product's store."""

from __future__ import annotations

import uuid
from typing import Any

import boto3
import pytest
from django.test.utils import override_settings

from pixtract import cloud
from workers.cloud.bucket import BucketStorage

REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test-secret"}


def choose_bucket(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, name: str = "", **more: str
) -> override_settings:
    """Set the variables as an administrator would; returns the settings that follow."""
    wanted = {
        "S3_BUCKET": name or f"media-{uuid.uuid4().hex[:12]}",
        "S3_REGION": REGION,
        "S3_ENDPOINT_URL": endpoint,
        "S3_PREFIX": "library",
        **more,
    }
    for key, value in KEYS.items():
        monkeypatch.setenv(key, value)
    for key, value in wanted.items():
        monkeypatch.setenv(f"PIXTRACT_{key}", value)
    return follow_environment()


def follow_environment() -> override_settings:
    """The settings of storage, read anew from the environment."""
    from django.conf import settings

    static = settings.STORAGES["staticfiles"]["BACKEND"]
    return override_settings(
        STORAGES=cloud.storages(settings.MEDIA_ROOT, static), PIXTRACT_S3=cloud.s3()
    )


def make_bucket(endpoint: str, name: str) -> None:
    client_of(endpoint).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
    )


def client_of(endpoint: str, service: str = "s3") -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test-secret",
    )


def keys_in(bucket: BucketStorage) -> set[str]:
    listed = bucket.client.list_objects_v2(Bucket=bucket.bucket_name)
    return {entry["Key"] for entry in listed.get("Contents", ())}
