"""The settings of everything that is reached over a network: one reader a service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pixtract.env import env_int, env_secret, env_str


def opensearch() -> dict[str, Any]:
    return {
        "url": env_str("OPENSEARCH_URL"),
        "user": env_str("OPENSEARCH_USER"),
        "password": env_secret("OPENSEARCH_PASSWORD"),
        "region": env_str("OPENSEARCH_AWS_REGION"),
        "ca_file": env_str("OPENSEARCH_CA_FILE"),
        "index": env_str("OPENSEARCH_INDEX", "pixtract"),
        "shards": env_int("OPENSEARCH_SHARDS", 1, minimum=1),
        "replicas": env_int("OPENSEARCH_REPLICAS", 0),
    }


def aws() -> dict[str, Any]:
    """What every AWS client shares; credentials come from where boto3 finds them."""
    return {"region": env_str("AWS_REGION"), "profile": env_str("AWS_PROFILE")}


def s3() -> dict[str, Any]:
    """The bucket of originals and renditions; without a name, files lie in a folder."""
    return {
        "bucket": env_str("S3_BUCKET"),
        "prefix": env_str("S3_PREFIX").strip("/"),
        "region": env_str("S3_REGION") or env_str("AWS_REGION"),
        "endpoint_url": env_str("S3_ENDPOINT_URL"),
    }


def rekognition() -> dict[str, Any]:
    return {"endpoint_url": env_str("REKOGNITION_ENDPOINT_URL")}


def textract() -> dict[str, Any]:
    return {"endpoint_url": env_str("TEXTRACT_ENDPOINT_URL")}


def spend() -> dict[str, Any]:
    return {}


def ingest() -> dict[str, Any]:
    return {}


def webhooks() -> dict[str, Any]:
    return {}


def storages(folder: Path, static: str) -> dict[str, dict[str, Any]]:
    """Django's STORAGES: the default store of media, and the static files' ``static``."""
    return {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        },
        "staticfiles": {"BACKEND": static},
    }
