"""Textract's engines over HTTP: what is sent, what comes back, what goes wrong."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.textract.models import TextractBackend
from PIL import Image

from tests.cloud.rekognition_endpoint import RekognitionEndpoint, serving
from tests.cloud.textract_engine import calls_to
from tests.engines import textract_blocks as made
from workers.analyzers.base import AnalyzerError, AnalyzerInput, Completed, Pending, StoredInput
from workers.analyzers.textract import (
    TextractExpenseAnalyzer,
    TextractFormsAnalyzer,
    TextractLongTextAnalyzer,
    TextractTextAnalyzer,
)

STORED = StoredInput("media", "originals/a/b/original.pdf", "application/pdf", 2)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def endpoint() -> Iterator[RekognitionEndpoint]:
    with serving() as endpoint:
        endpoint.answers = {
            "DetectDocumentText": made.receipt(),
            "AnalyzeDocument": made.form(),
            "AnalyzeExpense": made.expense(),
        }
        yield endpoint


@pytest.fixture
def picture(tmp_path: Path) -> AnalyzerInput:
    path = tmp_path / "page.webp"
    Image.new("RGBA", (5000, 300), (0, 0, 0, 0)).save(path, "WEBP")
    return AnalyzerInput(path, "image/webp")


def test_a_picture_is_sent_as_a_jpeg_within_limits(
    endpoint: RekognitionEndpoint, picture: AnalyzerInput
) -> None:
    answer = TextractTextAnalyzer(calls_to(endpoint.url)).analyze(picture)
    assert (answer.units, answer.model_version) == (1, "1.0")
    assert answer.pages[0].lines[0].text == "CORNER MARKET"
    (asked,) = endpoint.asked("DetectDocumentText")
    sent = base64.b64decode(asked["Document"]["Bytes"])
    with Image.open(io.BytesIO(sent)) as image:
        assert (image.format, image.size) == ("JPEG", (4096, 246))
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("forms", "tables", "features"),
    [(True, False, ["FORMS"]), (False, True, ["TABLES"]), (True, True, ["FORMS", "TABLES"])],
)
def test_only_features_that_are_wanted_are_paid_for(
    endpoint: RekognitionEndpoint,
    picture: AnalyzerInput,
    forms: bool,
    tables: bool,
    features: list[str],
) -> None:
    engine = TextractFormsAnalyzer(calls_to(endpoint.url), forms=forms, tables=tables)
    answer = engine.analyze(picture)
    assert endpoint.asked("AnalyzeDocument")[0]["FeatureTypes"] == features
    assert answer.fields[0].value == "Ada Lovelace"
    assert len(answer.tables) == 1
    assert engine.parameters()["features"] == features


def test_an_expense_is_read_with_its_text(
    endpoint: RekognitionEndpoint, picture: AnalyzerInput
) -> None:
    answer = TextractExpenseAnalyzer(calls_to(endpoint.url)).analyze(picture)
    assert {field.kind for field in answer.fields} >= {"vendor", "date", "total", "tax"}
    assert len(answer.pages[0].lines) == len(made.RECEIPT_LINES)


@pytest.mark.parametrize(
    ("told", "permanent", "throttled", "misconfigured"),
    [
        ("ProvisionedThroughputExceededException", False, True, False),
        ("ThrottlingException", False, True, False),
        ("AccessDeniedException", False, False, True),
        ("UnsupportedDocumentException", True, False, False),
        ("BadDocumentException", True, False, False),
        ("DocumentTooLargeException", True, False, False),
    ],
)
def test_errors_say_what_to_do_and_are_not_tried_again_at_once(
    endpoint: RekognitionEndpoint,
    picture: AnalyzerInput,
    told: str,
    permanent: bool,
    throttled: bool,
    misconfigured: bool,
) -> None:
    endpoint.answers["DetectDocumentText"] = {"__type": told}
    with pytest.raises(AnalyzerError) as raised:
        TextractTextAnalyzer(calls_to(endpoint.url)).analyze(picture)
    error = raised.value
    assert (error.permanent, error.throttled, error.misconfigured) == (
        permanent,
        throttled,
        misconfigured,
    )
    assert len(endpoint.requests) == 1


def test_what_is_no_picture_is_not_sent(endpoint: RekognitionEndpoint, tmp_path: Path) -> None:
    path = tmp_path / "page.webp"
    path.write_bytes(b"RIFF not a picture")
    with pytest.raises(AnalyzerError, match="decoded") as raised:
        TextractTextAnalyzer(calls_to(endpoint.url)).analyze(AnalyzerInput(path, "image/webp"))
    assert raised.value.permanent
    assert endpoint.requests == []


def test_a_stored_file_is_read_in_the_background(
    moto_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = [
        made.block("PAGE", "one", Page=1),
        *made.line("first page", (0.1, 0.1, 0.3, 0.02), page=1),
        made.block("PAGE", "two", Page=2),
        *made.line("second page", (0.1, 0.1, 0.3, 0.02), page=2),
    ]
    monkeypatch.setattr(TextractBackend, "BLOCKS", blocks)
    monkeypatch.setattr(TextractBackend, "PAGES", 2)
    engine = TextractLongTextAnalyzer(calls_to(moto_endpoint))
    started = engine.start(STORED, "token-1")
    answer = engine.collect(started.provider_job_id)
    assert isinstance(answer, Completed)
    assert [(page.number, page.text) for page in answer.pages] == [
        (1, "first page"),
        (2, "second page"),
    ]
    assert answer.units == 2


def test_parts_of_a_long_answer_are_joined_and_the_token_is_sent(
    endpoint: RekognitionEndpoint,
) -> None:
    parts: dict[str | None, dict[str, Any]] = {
        None: {
            "Blocks": [made.block("PAGE", "a", Page=1), *made.line("one", (0, 0, 0.2, 0.02))],
            "NextToken": "more",
            "Warnings": [{"ErrorCode": "UNREADABLE", "Pages": [3]}],
        },
        "more": {
            "Blocks": [
                made.block("PAGE", "b", Page=2),
                *made.line("two", (0, 0, 0.2, 0.02), page=2),
            ]
        },
    }
    endpoint.answers["StartDocumentTextDetection"] = {"JobId": "job-1"}
    endpoint.answers["GetDocumentTextDetection"] = lambda asked: {
        "JobStatus": "PARTIAL_SUCCESS",
        **parts[asked.get("NextToken")],
    }
    engine = TextractLongTextAnalyzer(calls_to(endpoint.url))
    assert engine.start(STORED, "token-2") == Pending("job-1")
    answer = engine.collect("job-1")
    assert isinstance(answer, Completed)
    assert [page.text for page in answer.pages] == ["one", "two"]
    assert engine.missing_from_raw(answer.raw) == [3]
    (asked,) = endpoint.asked("StartDocumentTextDetection")
    assert asked["ClientRequestToken"] == "token-2"
    assert asked["DocumentLocation"]["S3Object"] == {"Bucket": "media", "Name": STORED.key}


def test_a_job_that_runs_is_asked_for_later_and_one_that_failed_says_why(
    endpoint: RekognitionEndpoint,
) -> None:
    engine = TextractLongTextAnalyzer(calls_to(endpoint.url))
    endpoint.answers["GetDocumentTextDetection"] = {"JobStatus": "IN_PROGRESS"}
    assert engine.collect("job-1") == Pending("job-1")
    endpoint.answers["GetDocumentTextDetection"] = {
        "JobStatus": "FAILED",
        "StatusMessage": "UNSUPPORTED_DOCUMENT_FORMAT",
    }
    with pytest.raises(AnalyzerError, match="UNSUPPORTED_DOCUMENT_FORMAT") as raised:
        engine.collect("job-1")
    assert raised.value.permanent
