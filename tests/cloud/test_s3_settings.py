"""The settings of the bucket: what follows from them, and what is said of wrong ones."""

from __future__ import annotations

import ast
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.core import checks
from django.core.files.storage import storages
from django.test import Client
from django.test.utils import override_settings

from gallery.checks import check_bucket, check_store_answers
from pixtract import cloud
from tests.cloud.buckets import choose_bucket, follow_environment
from workers.checks import check_aws_profile
from workers.cloud.bucket import BucketStorage

CLOSED = "http://127.0.0.1:9"


def ids(messages: list[checks.CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("variables", "variable"),
    [
        ({"S3_REGION": "", "S3_ENDPOINT_URL": ""}, "PIXTRACT_S3_REGION"),
        ({"S3_ENDPOINT_URL": "store.example:9000"}, "PIXTRACT_S3_ENDPOINT_URL"),
        ({"S3_ENDPOINT_URL": "https://store.example/bucket"}, "PIXTRACT_S3_ENDPOINT_URL"),
        ({"S3_ENDPOINT_URL": "https://store.example:port"}, "PIXTRACT_S3_ENDPOINT_URL"),
        ({"S3_PUBLIC_URL": "ftp://store.example"}, "PIXTRACT_S3_PUBLIC_URL"),
        ({"S3_BUCKET": "s3://Photos"}, "PIXTRACT_S3_BUCKET"),
        ({"S3_PREFIX": "a//../b"}, "PIXTRACT_S3_PREFIX"),
        ({"S3_KMS_KEY": "alias/media"}, "PIXTRACT_S3_KMS_KEY"),
        ({"S3_URL_SECONDS": "9999999"}, "PIXTRACT_S3_URL_SECONDS"),
        ({"S3_STORAGE_CLASS": "DEEP_ARCHIVE"}, "PIXTRACT_S3_STORAGE_CLASS"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], variable: str
) -> None:
    with choose_bucket(monkeypatch, CLOSED, **variables):
        messages = check_bucket()
    assert messages and all(message.level == checks.ERROR for message in messages)
    assert any(variable in f"{message.msg} {message.hint}" for message in messages)


def test_right_settings_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    with choose_bucket(monkeypatch, CLOSED):
        assert check_bucket() == []
    with choose_bucket(monkeypatch, "", S3_ENCRYPTION="aws:kms", S3_KMS_KEY="alias/media"):
        assert check_bucket() == []


def test_settings_that_do_nothing_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXTRACT_S3_ENDPOINT_URL", CLOSED)
    with follow_environment():
        (message,) = check_bucket()
    assert "PIXTRACT_S3_ENDPOINT_URL" in message.msg and message.level == checks.WARNING


def test_pages_by_https_need_links_by_https(monkeypatch: pytest.MonkeyPatch) -> None:
    with choose_bucket(monkeypatch, CLOSED), override_settings(BASE_URL="https://photos.example"):
        assert ids(check_bucket()) == ["gallery.W002"]


def test_a_profile_that_is_not_there_is_named() -> None:
    with override_settings(PIXTRACT_AWS={"profile": "nobody-has-this", "region": ""}):
        (message,) = check_aws_profile()
    assert "PIXTRACT_AWS_PROFILE" in message.msg


@pytest.mark.django_db
def test_a_store_that_is_away_is_told_of_on_demand_and_by_health(
    monkeypatch: pytest.MonkeyPatch, bucket: BucketStorage
) -> None:
    assert check_store_answers() == []
    assert Client().get("/health/ready").json()["checks"]["storage"] == "ok"
    with choose_bucket(monkeypatch, bucket.endpoint_url, name="not-there"):
        assert ids(check_store_answers()) == ["gallery.E010"]
        response = Client().get("/health/ready")
    assert (response.status_code, response.json()["checks"]["storage"]) == (503, "failed")


@pytest.mark.parametrize(
    ("endpoint", "variables", "origin"),
    [
        ("", {}, "https://photos.s3.eu-west-1.amazonaws.com"),
        ("", {"S3_REGION": "us-east-1"}, "https://photos.s3.us-east-1.amazonaws.com"),
        ("", {"S3_REGION": "cn-north-1"}, "https://photos.s3.cn-north-1.amazonaws.com.cn"),
        ("", {"S3_ADDRESSING": "path"}, "https://s3.eu-west-1.amazonaws.com"),
        ("", {"S3_BUCKET": "my.photos"}, "https://s3.eu-west-1.amazonaws.com"),
        ("http://store:9000", {}, "http://store:9000"),
        ("http://store:9000", {"S3_ADDRESSING": "virtual"}, "http://photos.store:9000"),
        ("http://store:9000", {"S3_PUBLIC_URL": "https://s.example"}, "https://s.example"),
    ],
)
def test_pages_may_load_from_where_links_lead(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, variables: dict[str, str], origin: str
) -> None:
    names = {"name": "photos"} | (
        {"name": variables["S3_BUCKET"]} if "S3_BUCKET" in variables else {}
    )
    with choose_bucket(monkeypatch, endpoint, **(names | variables)):
        link = storages["default"].link("k", content_type="image/png", disposition="inline")
        assert cloud.bucket_origins() == [origin]
    parts = urlsplit(link.url)
    assert f"{parts.scheme}://{parts.netloc}" == origin


@pytest.mark.parametrize(
    ("endpoint", "wanted", "mode"),
    [
        ("", "auto", "when_supported"),
        ("https://s3.eu-west-1.amazonaws.com", "auto", "when_supported"),
        ("https://amazonaws.com.example", "auto", "when_required"),
        ("http://store:9000", "auto", "when_required"),
        ("http://store:9000", "when_supported", "when_supported"),
    ],
)
def test_only_aws_is_sent_checksums_unasked(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, wanted: str, mode: str
) -> None:
    with choose_bucket(monkeypatch, endpoint, S3_CHECKSUMS=wanted):
        config = storages["default"].client.meta.config
    assert config.request_checksum_calculation == mode
    assert config.response_checksum_validation == mode


def test_the_policy_of_pages_names_the_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    with choose_bucket(monkeypatch, "https://store.example:9000", name="photos"):
        # Settings are read once: a process of its own sees what a start with these would.
        program = "from pixtract.settings import CONTENT_SECURITY_POLICY as p; print(p)"
        shown = subprocess.run(  # noqa: S603
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
    directives = ast.literal_eval(shown.stdout)["DIRECTIVES"]
    for name in ("img-src", "media-src", "connect-src"):
        assert "https://store.example:9000" in directives[name]
    for name in ("script-src", "default-src", "frame-ancestors"):
        assert "https://store.example:9000" not in directives[name]
