"""A bucket drop that is not complete stops the start, and says what is missing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"queue_url": "arn:aws:sqs:x"}, "workers.E050"),
        ({"bucket": ""}, "workers.E051"),
        ({"endpoint_url": ""}, "workers.E052"),
        ({"prefix": "originals"}, "workers.E053"),
    ],
)
def test_what_is_missing_stops_the_start(
    settings: LazySettings, changes: dict[str, str], code: str
) -> None:
    whole = {
        "queue_url": "https://sqs.example.com/q",
        "endpoint_url": "https://sqs.example.com",
        "bucket": "b",
        "prefix": "drop",
        "delete": False,
    }
    settings.PIXTRACT_S3 = {**settings.PIXTRACT_S3, "bucket": "b", "region": "", "prefix": ""}
    settings.PIXTRACT_INGEST = whole
    assert not {"workers.E050", "workers.E051", "workers.E052", "workers.E053"} & _ids()
    settings.PIXTRACT_INGEST = whole | changes
    assert code in _ids()


def test_an_address_that_is_none_is_named_with_its_variable(settings: LazySettings) -> None:
    settings.PIXTRACT_INGEST = {**settings.PIXTRACT_INGEST, "queue_url": "nonsense"}
    messages = [str(message.msg) for message in run_checks(tags=["ingest"])]
    assert any("PIXTRACT_INGEST_QUEUE_URL" in text and "nonsense" in text for text in messages)


def test_no_two_checks_share_an_id() -> None:
    root = Path(__file__).resolve().parents[2]
    apps = ("accounts", "gallery", "pixtract", "search", "workers")
    ids: Counter[str] = Counter()
    for source in (path for app in apps for path in (root / app).rglob("*.py")):
        ids.update(re.findall(rf'"((?:{"|".join(apps)})\.[EW]\d{{3}})"', source.read_text()))
    assert {"workers.E050", "workers.E020"} <= set(ids)
    assert [name for name, count in ids.items() if count > 1] == []


def _ids() -> set[str]:
    return {str(message.id) for message in run_checks(tags=["ingest"])}
