"""Estimates against the ledger: what is told before is what is bought, unless it says at most."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import DocumentType, Job, Lane, MediaItem
from tests.cloud.fake_aws import FakeAws, running
from tests.cloud.rekognition_answers import FACES, SIGN, STREET, label
from tests.cloud.rekognition_endpoint import RekognitionEndpoint, chosen
from tests.cloud.textract_engine import textract_at
from tests.engines import textract_blocks as made
from tests.factories import MediaItemFactory, stored_item
from tests.media.making import write_video
from tests.workers.paid import change_spend, work
from workers.cloud.bucket import BucketStorage
from workers.estimating import PAID_STEPS, estimate
from workers.models import Spend, SpendState
from workers.pipeline import run_lane

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User | None], APIClient]
Choose = Callable[..., None]

STREET_COLOR, SEA_COLOR = (200, 30, 30), (30, 30, 200)
RECEIPT_COLOR, FORM_COLOR = (240, 240, 240), (30, 200, 30)
_LABELS: dict[tuple[int, int, int], dict[str, Any]] = {
    STREET_COLOR: STREET,
    SEA_COLOR: {"Labels": [label("Sea", 95.0)], "LabelModelVersion": "3.0"},
    RECEIPT_COLOR: {"Labels": [label("Page", 95.0)], "LabelModelVersion": "3.0"},
    FORM_COLOR: {"Labels": [label("Page", 95.0)], "LabelModelVersion": "3.0"},
}


def color_of(body: dict[str, Any]) -> tuple[int, int, int]:
    """Which of the colors the picture of a call is of."""
    content = (body.get("Image") or body["Document"])["Bytes"]
    picture = Image.open(io.BytesIO(base64.b64decode(content))).convert("RGB")
    found = picture.resize((1, 1)).getpixel((0, 0))
    assert isinstance(found, tuple)
    return min(_LABELS, key=lambda one: sum(abs(a - b) for a, b in zip(one, found, strict=True)))


def text_of(body: dict[str, Any]) -> dict[str, Any]:
    return made.form_text() if color_of(body) == FORM_COLOR else made.receipt()


def text_of_file(_: dict[str, Any]) -> dict[str, Any]:
    """Two pages of one receipt."""
    one = made.receipt()["Blocks"]
    pages = [
        {**block, "Id": f"{page} {block['Id']}", "Page": page, "Relationships": []}
        for page in (1, 2)
        for block in one
        if block["BlockType"] in ("PAGE", "LINE")
    ]
    return {"JobStatus": "SUCCEEDED", "DocumentMetadata": {"Pages": 2}, "Blocks": pages}


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    whole = {"Label": label("Sea", 93.0), "StartTimestampMillis": 0, "EndTimestampMillis": 900}
    answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "DetectLabels": lambda body: _LABELS[color_of(body)],
        "DetectFaces": lambda _: FACES,
        "DetectText": lambda _: SIGN,
        "StartLabelDetection": lambda _: {"JobId": "film"},
        "GetLabelDetection": lambda _: {"JobStatus": "SUCCEEDED", "Labels": [whole]},
        "DetectDocumentText": text_of,
        "AnalyzeExpense": lambda _: made.expense(),
        "AnalyzeDocument": lambda _: made.form(),
        "StartDocumentTextDetection": lambda _: {"JobId": "file"},
        "GetDocumentTextDetection": text_of_file,
    }
    with running(FakeAws(answers)) as fake:
        yield fake


@pytest.fixture
def choose(
    aws: FakeAws, bucket: BucketStorage, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Choose]:
    """Choose both providers, as they are by default or with everything on."""
    change_spend(monkeypatch, calls_per_second={"rekognition": 1000, "textract": 1000})
    endpoint = RekognitionEndpoint()
    endpoint.url = aws.url
    with ExitStack() as stack:

        def enter(*, everything: bool = False) -> None:
            more = dict.fromkeys(("expense", "forms", "tables"), everything)
            looks = {"faces": True, "text": True, "video": "full"} if everything else {}
            stack.enter_context(textract_at(aws.url, monkeypatch, **more))
            stack.enter_context(chosen(endpoint, monkeypatch, **looks))
            monkeypatch.setattr(settings, "PIXTRACT_TEXT_ENGINE", "textract")

        yield enter


def picture(color: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (300, 400), color)


def library(owner: User, folder: Path) -> list[MediaItem]:
    """Two photos, a receipt, a form, a scan of two pages and a video; rendered, not looked at."""
    items = []
    for number, color in enumerate(_LABELS):
        buffer = io.BytesIO()
        picture(color).save(buffer, "JPEG")
        items.append(stored_item(owner, buffer.getvalue(), f"photo-{number}.jpg"))
    buffer = io.BytesIO()
    pages = [picture(RECEIPT_COLOR), picture(RECEIPT_COLOR)]
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:])
    items.append(stored_item(owner, buffer.getvalue(), "scan.pdf"))
    film = write_video(folder / "clip.mp4", seconds=4)
    items.append(stored_item(owner, film.read_bytes(), "clip.mp4"))
    run_lane(Lane.MEDIA, seconds=120)
    return items


def told(client: APIClient, items: list[MediaItem], *, sure: bool) -> Counter[str]:
    """Units by operation: those that are sure to be bought, or all that may be."""
    ids = [str(item.pk) for item in items]
    found = client.post("/api/v1/estimate/", {"ids": ids}, format="json").json()
    assert Decimal(found["usd"]) == sum(Decimal(line["usd"]) for line in found["lines"])
    units: Counter[str] = Counter()
    for line in found["lines"]:
        if not (sure and line["at_most"]):
            units[line["operation"]] += line["units"]
    return units


def bought() -> Counter[str]:
    rows = Spend.objects.values("operation").filter(state=SpendState.PAID)
    return Counter(dict(rows.annotate(n=Sum("units")).values_list("operation", "n")))


def process() -> None:
    """Run every step, and ask after what takes its time."""
    for _ in range(3):
        work(rounds=2)
        run_lane(Lane.MEDIA, seconds=120)
    assert not Job.objects.filter(state__in=("waiting", "failed"), lane=Lane.ANALYSIS).exists()


def look_again(client: APIClient, items: list[MediaItem]) -> None:
    for item in items:
        address = f"/api/v1/media/{item.pk}/analyze/"
        assert client.post(address, {}, format="json").status_code == 202
    process()


def test_by_default_no_more_is_bought_than_was_told(
    alice: User, choose: Choose, api_client: ClientOf, tmp_path: Path
) -> None:
    choose()
    items, client = library(alice, tmp_path), api_client(alice)
    sure, most = told(client, items, sure=True), told(client, items, sure=False)
    process()
    spent = bought()
    assert set(spent) == {"DetectLabels", "DetectDocumentText", "StartDocumentTextDetection"}
    assert sure["DetectLabels"] == spent["DetectLabels"] > len(items)
    assert spent["StartDocumentTextDetection"] == most["StartDocumentTextDetection"] == 2
    assert spent["DetectDocumentText"] == 2 <= most["DetectDocumentText"]
    assert sure <= spent <= most
    assert told(client, items, sure=False) == {}


def test_what_is_known_is_told_exactly_with_everything_on(
    alice: User, choose: Choose, api_client: ClientOf, tmp_path: Path
) -> None:
    choose()
    items, client = library(alice, tmp_path), api_client(alice)
    process()
    before = bought()
    choose(everything=True)
    sure, most = told(client, items, sure=True), told(client, items, sure=False)
    look_again(client, items)
    assert bought() - before == sure
    # A film that is seen whole for the first time may show text.
    assert set(most - sure) == {"DetectDocumentText"}
    assert sure == {
        "StartLabelDetection": 1,
        "DetectFaces": 1,
        "DetectText": 1,
        "AnalyzeExpense": 3,
        "AnalyzeDocument:FORMS+TABLES": 1,
    }
    assert told(client, items, sure=False) == {}


def test_of_what_was_never_seen_the_most_is_told(
    alice: User, choose: Choose, api_client: ClientOf, tmp_path: Path
) -> None:
    choose(everything=True)
    items, client = library(alice, tmp_path), api_client(alice)
    sure, most = told(client, items, sure=True), told(client, items, sure=False)
    ids = [item.pk for item in items]
    lines = estimate(MediaItem.objects.filter(pk__in=ids), PAID_STEPS)
    process()
    assert sure == {"DetectLabels": 5, "StartLabelDetection": 1}
    assert bought()["DetectFaces"] == 1 < most["DetectFaces"] == 5
    paid = Spend.objects.filter(state=SpendState.PAID).aggregate(n=Sum("microdollars"))["n"]
    assert sure <= bought()
    assert 0 < paid <= sum(line.microdollars for line in lines)


def test_reading_that_is_asked_for_by_name_passes_the_gate(
    alice: User, choose: Choose, api_client: ClientOf
) -> None:
    choose()
    ids = [str(MediaItemFactory(owner=alice).pk)]
    client = api_client(alice)
    named = client.post("/api/v1/estimate/", {"ids": ids, "steps": ["read"]}, format="json")
    assert [line["units"] for line in named.json()["lines"]] == [1]
    assert estimate(MediaItem.objects.filter(pk__in=ids), ["read"]) == []


@pytest.mark.parametrize("operation", ["DetectFaces", "StartLabelDetection"])
def test_what_is_chosen_without_a_price_does_not_start(
    choose: Choose, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    prices = dict(settings.PIXTRACT_SPEND["prices"])
    del prices[f"rekognition:{operation}"]
    change_spend(monkeypatch, prices=prices)
    choose()
    call_command("check")
    choose(everything=True)
    with pytest.raises(SystemCheckError, match=f"PIXTRACT_PRICES.*rekognition:{operation}"):
        call_command("check")


def test_each_feature_of_documents_needs_its_price(
    choose: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = dict(settings.PIXTRACT_SPEND["prices"])
    del prices["textract:AnalyzeDocument:TABLES"]
    change_spend(monkeypatch, prices=prices)
    choose(everything=True)
    with pytest.raises(SystemCheckError, match="textract:AnalyzeDocument:TABLES") as refused:
        call_command("check")
    assert "FORMS" not in str(refused.value)


def test_queries_do_not_grow_with_the_items(alice: User, choose: Choose) -> None:
    choose(everything=True)

    def queries(count: int) -> int:
        for _ in range(count):
            MediaItemFactory(owner=alice, document_type=DocumentType.RECEIPT)
            MediaItemFactory(owner=alice, kind="video", extension="mp4", duration_ms=90_000)
        with CaptureQueriesContext(connection) as seen:
            lines = estimate(MediaItem.objects.filter(owner=alice), PAID_STEPS)
        assert lines
        return len(seen)

    assert queries(1) == queries(20)
