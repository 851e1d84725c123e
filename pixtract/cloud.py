"""The settings of everything that is reached over a network: one reader a service."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from pixtract.env import env_bool, env_choice, env_int, env_secret, env_str

_AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn")


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


def database_pool() -> int:
    """How many connections a process keeps to PostgreSQL; 0 leaves pooling to others."""
    return env_int("DATABASE_POOL", 20)


def queue() -> dict[str, Any]:
    """The queues in SQS: with ``url`` they exist already, without they are made when missing."""
    return {
        "region": env_str("SQS_REGION") or env_str("AWS_REGION"),
        "url": env_str("SQS_URL").rstrip("/"),
        "endpoint_url": env_str("SQS_ENDPOINT_URL").rstrip("/"),
        "prefix": env_str("SQS_PREFIX", "pixtract-"),
    }


def broker_url(url: str) -> str:
    """The broker's address, with the endpoint of PIXTRACT_SQS_ENDPOINT_URL in that of SQS.

    Raises ImproperlyConfigured for an endpoint that is no plain address.
    """
    endpoint = queue()["endpoint_url"]
    if not (endpoint and url.startswith("sqs://")):
        return url
    try:
        parts = urlsplit(endpoint)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if endpoint.lower() not in (
        f"http://{parts.hostname}{port}",
        f"https://{parts.hostname}{port}",
    ):
        raise ImproperlyConfigured(
            "PIXTRACT_SQS_ENDPOINT_URL must look like http://host:port, without more."
        )
    login, at, _ = url.removeprefix("sqs://").rpartition("@")
    return f"sqs://{login}{at}{parts.netloc}"


def s3() -> dict[str, Any]:
    """The bucket of originals and renditions; without a name, files lie in a folder."""
    return {
        "bucket": env_str("S3_BUCKET"),
        "prefix": env_str("S3_PREFIX").strip("/"),
        "region": env_str("S3_REGION") or env_str("AWS_REGION"),
        "endpoint_url": env_str("S3_ENDPOINT_URL").rstrip("/"),
        "public_url": env_str("S3_PUBLIC_URL").rstrip("/"),
        "addressing": env_choice("S3_ADDRESSING", "auto", ("auto", "virtual", "path")),
        "checksums": env_choice(
            "S3_CHECKSUMS", "auto", ("auto", "when_supported", "when_required")
        ),
        "encryption": env_choice("S3_ENCRYPTION", "none", ("none", "AES256", "aws:kms")),
        "kms_key": env_str("S3_KMS_KEY"),
        "storage_class": env_str("S3_STORAGE_CLASS"),
        "url_seconds": env_int("S3_URL_SECONDS", 3600, minimum=60),
    }


def bucket_origins() -> list[str]:
    """Where links to the bucket lead: what pages may load pictures and films from."""
    bucket = s3()
    if not bucket["bucket"]:
        return []
    tail = "amazonaws.com.cn" if bucket["region"].startswith("cn-") else "amazonaws.com"
    base = bucket["public_url"] or bucket["endpoint_url"] or f"https://s3.{bucket['region']}.{tail}"
    parts = urlsplit(base)
    in_host = _addressing(bucket) == "virtual"
    return [f"{parts.scheme}://{bucket['bucket'] + '.' if in_host else ''}{parts.netloc}"]


def _addressing(bucket: dict[str, Any]) -> str:
    """A certificate for *.s3… does not cover names with dots; other stores seldom have one."""
    if bucket["addressing"] != "auto":
        return str(bucket["addressing"])
    return "path" if bucket["endpoint_url"] or "." in bucket["bucket"] else "virtual"


def _checksums(bucket: dict[str, Any]) -> str:
    """Stores that are not AWS often refuse the checksums that newer clients add by themselves."""
    if bucket["checksums"] != "auto":
        return str(bucket["checksums"])
    host = urlsplit(bucket["endpoint_url"]).hostname or _AWS_HOSTS[0]
    return "when_supported" if host.endswith(_AWS_HOSTS) else "when_required"


def bucket_options() -> dict[str, Any]:
    """What the bucket's storage backend is made with."""
    bucket = s3()
    return {
        "bucket": bucket["bucket"],
        "prefix": bucket["prefix"],
        # Stores that are not AWS have no regions, but a signature must name one.
        "region": bucket["region"] or ("us-east-1" if bucket["endpoint_url"] else ""),
        "endpoint_url": bucket["endpoint_url"],
        "public_url": bucket["public_url"],
        "addressing": _addressing(bucket),
        "checksums": _checksums(bucket),
        "encryption": "" if bucket["encryption"] == "none" else bucket["encryption"],
        "kms_key": bucket["kms_key"],
        "storage_class": bucket["storage_class"],
        "url_seconds": bucket["url_seconds"],
        "profile": aws()["profile"],
    }


def rekognition() -> dict[str, Any]:
    """What is asked of Rekognition; whatever costs more than a label a photo is off."""
    return {
        "endpoint_url": env_str("REKOGNITION_ENDPOINT_URL"),
        "max_labels": env_int("MAX_LABELS", 100, minimum=1),
        "min_confidence": env_int("REKOGNITION_MIN_CONFIDENCE", 40),
        "video": env_choice("REKOGNITION_VIDEO", "frames", ("frames", "full", "off")),
        "video_frames": env_int("REKOGNITION_VIDEO_FRAMES", 8, minimum=1),
        "faces": env_bool("REKOGNITION_FACES", default=False),
        "text": env_bool("REKOGNITION_TEXT", default=False),
        "topic_arn": env_str("REKOGNITION_TOPIC_ARN"),
        "role_arn": env_str("REKOGNITION_ROLE_ARN"),
        "queue_url": env_str("REKOGNITION_QUEUE_URL"),
    }


def textract() -> dict[str, Any]:
    """What is asked of Textract; whatever costs more than plain text is off."""
    return {
        "endpoint_url": env_str("TEXTRACT_ENDPOINT_URL"),
        "forms": env_bool("TEXTRACT_FORMS", default=False),
        "tables": env_bool("TEXTRACT_TABLES", default=False),
        "expense": env_bool("TEXTRACT_EXPENSE", default=False),
    }


# US dollars a unit (a picture, a page, a begun minute), as published for the larger regions.
_PRICES = {
    "rekognition:DetectLabels": "0.001",
    "rekognition:DetectText": "0.001",
    "rekognition:DetectFaces": "0.001",
    "rekognition:StartLabelDetection": "0.10",
    "textract:DetectDocumentText": "0.0015",
    "textract:StartDocumentTextDetection": "0.0015",
    "textract:AnalyzeDocument:FORMS": "0.05",
    "textract:AnalyzeDocument:TABLES": "0.015",
    "textract:StartDocumentAnalysis:FORMS": "0.05",
    "textract:StartDocumentAnalysis:TABLES": "0.015",
    "textract:AnalyzeExpense": "0.01",
    "textract:StartExpenseAnalysis": "0.01",
}


def spend() -> dict[str, Any]:
    """Prices and caps in micro-dollars (a cap of None is none), and calls a second."""
    return {
        "prices": _prices(),
        "monthly_cap": _cap("MONTHLY_SPEND_CAP", env_str("MONTHLY_SPEND_CAP", "10")),
        "user_monthly_cap": _cap(
            "USER_MONTHLY_SPEND_CAP", env_str("USER_MONTHLY_SPEND_CAP", "none")
        ),
        "calls_per_second": {
            "rekognition": env_int("REKOGNITION_CALLS_PER_SECOND", 5, minimum=1),
            "textract": env_int("TEXTRACT_CALLS_PER_SECOND", 1, minimum=1),
        },
    }


def _prices() -> dict[str, int]:
    try:
        own = json.loads(env_str("PRICES", "{}"))
        if not isinstance(own, dict):
            raise TypeError("no object")
        _refuse_unknown_prices(own)
        table = {**_PRICES, **own}
        return {str(name): _microdollars(str(price)) for name, price in table.items()}
    except (ValueError, TypeError, InvalidOperation) as error:
        raise ImproperlyConfigured(
            'PIXTRACT_PRICES must be JSON such as {"rekognition:DetectLabels": 0.001}.'
        ) from error


def _refuse_unknown_prices(own: dict[str, Any]) -> None:
    unknown = sorted(str(name)[:80] for name in own if name not in _PRICES)
    if unknown:
        raise ImproperlyConfigured(
            f"PIXTRACT_PRICES names {', '.join(unknown)}, which Pixtract never buys; "
            f"it buys {', '.join(_PRICES)}."
        )


def _cap(name: str, value: str) -> int | None:
    if value == "none":
        return None
    try:
        return _microdollars(value)
    except (ValueError, InvalidOperation) as error:
        raise ImproperlyConfigured(
            f"PIXTRACT_{name} must be US dollars, or none, not {value!r}."
        ) from error


def _microdollars(dollars: str) -> int:
    amount = Decimal(dollars)
    if not 0 <= amount <= 1_000_000:
        raise ValueError("out of range")
    return int(amount * 1_000_000)


def ingest() -> dict[str, Any]:
    """The bucket drop: what users put there is imported; events tell of it."""
    return {
        "queue_url": env_str("INGEST_QUEUE_URL"),
        "endpoint_url": env_str("INGEST_ENDPOINT_URL").rstrip("/"),
        "bucket": env_str("INGEST_BUCKET") or env_str("S3_BUCKET"),
        "prefix": env_str("INGEST_PREFIX", "drop").strip("/"),
        "delete": env_bool("INGEST_DELETE", default=False),
    }


def webhooks() -> dict[str, Any]:
    """What webhooks may be: by default they reach public addresses over https alone."""
    return {
        "allow_private": env_bool("WEBHOOK_ALLOW_PRIVATE", default=False),
        "allow_http": env_bool("WEBHOOK_ALLOW_HTTP", default=False),
        "seconds": env_int("WEBHOOK_SECONDS", 10, minimum=1),
    }


def storages(folder: Path, static: str) -> dict[str, dict[str, Any]]:
    """Django's STORAGES: the default store of media, and the static files' ``static``."""
    in_folder = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder, "base_url": None},
    }
    in_bucket = {"BACKEND": "workers.cloud.bucket.BucketStorage", "OPTIONS": bucket_options()}
    return {
        "default": in_bucket if s3()["bucket"] else in_folder,
        "staticfiles": {"BACKEND": static},
    }
