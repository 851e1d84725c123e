"""A bucket drop that is not complete stops the start, and says what is missing."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"queue_url": "arn:aws:sqs:x"}, "workers.E020"),
        ({"bucket": ""}, "workers.E021"),
        ({"endpoint_url": ""}, "workers.E022"),
        ({"prefix": "originals"}, "workers.E023"),
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
    assert not {"workers.E020", "workers.E021", "workers.E022", "workers.E023"} & _ids()
    settings.PIXTRACT_INGEST = whole | changes
    assert code in _ids()


def _ids() -> set[str]:
    return {str(message.id) for message in run_checks(tags=["ingest"])}
