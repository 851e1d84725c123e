"""The product with Textract as its text engine: from an upload to fields, tables and pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import DocumentType, Job, JobState, Lane, MediaItem, Step
from gallery.queries import fields_of
from gallery.services import jobs
from tests.cloud.rekognition_endpoint import RekognitionEndpoint, serving
from tests.cloud.textract_engine import textract_at
from tests.engines import textract_blocks as made
from tests.factories import LabelFactory, MediaLabelFactory, picture_bytes, stored_item
from tests.media.making import make_pdf
from workers.cloud import clients
from workers.models import AnalysisResult, Spend
from workers.pipeline import run_lane

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], APIClient]
Choose = Callable[..., None]


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
def choose(endpoint: RekognitionEndpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Choose]:
    """Choose Textract as the text engine, with some of its settings."""
    entered: list[Any] = []

    def enter(**asked: bool) -> None:
        context = textract_at(endpoint.url, monkeypatch, **asked)
        context.__enter__()
        entered.append(context)

    yield enter
    for context in entered:
        context.__exit__(None, None, None)


def process() -> None:
    for lane in (Lane.MEDIA, Lane.ANALYSIS, Lane.MEDIA, Lane.ANALYSIS):
        run_lane(lane, seconds=60)


def scan(owner: User, label: str = "Document") -> MediaItem:
    """A photo that a label tells to be a page, read."""
    item = stored_item(owner, picture_bytes(7, size=(400, 600)), "scan.jpg")
    if label:
        found = LabelFactory(name=label, key=label.casefold())
        MediaLabelFactory(item=item, label=found, confidence=95.0)
    process()
    item.refresh_from_db()
    return item


def asked(endpoint: RekognitionEndpoint) -> list[str]:
    return [operation for operation, _ in endpoint.requests]


def test_a_receipt_has_fields_by_rules_where_only_text_is_bought(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint, api_client: ClientOf
) -> None:
    choose()
    item = scan(alice)
    assert item.document_type == DocumentType.RECEIPT
    assert asked(endpoint) == ["DetectDocumentText"]
    data = api_client(alice).get(f"/api/v1/media/{item.pk}/text/").json()
    fields = {field["kind"]: field for field in data["fields"]}
    assert fields["total"]["normalized"] == "16.20"
    assert fields["date"]["normalized"] == "2024-03-14"
    assert data["pages"][0]["source"] == "textract"
    assert [field.kind for field in fields_of([item.pk])[item.pk]][:2] == ["vendor", "date"]


def test_an_expense_is_bought_where_it_is_asked_for_and_its_items_are_a_table(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint, api_client: ClientOf
) -> None:
    choose(expense=True)
    item = scan(alice)
    assert asked(endpoint) == ["DetectDocumentText", "AnalyzeExpense"]
    address = f"/api/v1/media/{item.pk}/text/"
    data = api_client(alice).get(address).json()
    assert {field["source"] for field in data["fields"]} == {"textract"}
    (table,) = data["tables"]
    assert (table["number"], table["rows"], table["columns"]) == (1, 4, 2)
    response = api_client(alice).get(address, {"as": "csv", "table": 1})
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows == [["Item", "Price"], ["Milk", "2.50"], ["Bread", "3.10"], ["Cheese", "9.40"]]


def test_where_labels_tell_a_receipt_its_text_is_not_bought_apart(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose(expense=True)
    item = scan(alice, "Receipt")
    assert asked(endpoint) == ["AnalyzeExpense"]
    assert item.has_text
    assert item.document_fields.filter(kind="vendor", value="CORNER MARKET").exists()


def test_forms_and_tables_are_bought_together_and_booked_at_both_prices(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose(forms=True, tables=True)
    endpoint.answers["DetectDocumentText"] = made.form_text()
    item = scan(alice)
    assert item.document_type == DocumentType.FORM
    assert asked(endpoint) == ["DetectDocumentText", "AnalyzeDocument"]
    assert Spend.objects.get(operation="AnalyzeDocument:FORMS+TABLES").microdollars == 65_000
    assert item.document_fields.get(key="Name").value == "Ada Lovelace"
    assert item.document_tables.get().title == "Expenses"


def test_answers_are_bought_once(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose(expense=True)
    item = scan(alice)
    bought = len(endpoint.requests)
    item.document_fields.all().delete()
    jobs.reopen([item.pk], [Step.READ, Step.EXTRACT])
    process()
    assert len(endpoint.requests) == bought == AnalysisResult.objects.count()
    assert item.document_fields.filter(kind="total").exists()


def test_a_photo_that_promises_no_text_is_not_paid_for(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose()
    item = scan(alice, "")
    assert endpoint.requests == []
    read = Job.objects.get(item=item, step=Step.READ)
    assert (read.state, read.error_code) == (JobState.SKIPPED, "no_text_expected")


def test_a_born_digital_document_costs_nothing(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose(expense=True, forms=True, tables=True)
    lines = ("Invoice number 77 of March 2024", "Amount due 12.50", "Please pay the total by bank")
    content = "BT /F1 8 Tf 10 80 Td 10 TL " + " ".join(f"({line}) '" for line in lines) + " ET"
    item = stored_item(alice, make_pdf(content), "invoice.pdf")
    process()
    assert endpoint.requests == []
    assert item.text_pages.get().source == "layer"
    assert Job.objects.get(item=item, step=Step.EXTRACT).state == JobState.DONE


def test_pages_of_a_scan_go_one_by_one_and_keep_their_numbers(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose()
    buffer = io.BytesIO()
    sheets = [Image.new("RGB", (300, 400), color) for color in ("white", "red")]
    sheets[0].save(buffer, "PDF", save_all=True, append_images=sheets[1:])
    item = stored_item(alice, buffer.getvalue(), "scan.pdf")
    process()
    assert asked(endpoint) == ["DetectDocumentText"] * 2
    assert list(item.text_pages.values_list("number", flat=True)) == [1, 2]


def test_the_item_page_shows_fields_and_tables_and_others_see_nothing(
    alice: User, bob: User, choose: Choose, page_client: Callable[[User | None], Client]
) -> None:
    choose(expense=True)
    item = scan(alice)
    address = reverse("gallery:item", args=[item.pk])
    page = page_client(alice).get(address).content.decode()
    for shown in ("CORNER MARKET", "2024-03-14", "Cheese", "as=csv&amp;table=1", "field-box"):
        assert shown in page
    assert page_client(bob).get(address).status_code == 404
    text = f"/api/v1/media/{item.pk}/text/?as=csv&table=1"
    assert page_client(bob).get(text).status_code == 404


def test_textract_without_a_region_does_not_start(
    choose: Choose, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    choose()
    monkeypatch.setattr(settings, "PIXTRACT_AWS", {"region": "", "profile": ""})
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    assert clients.session().region_name is None
    with pytest.raises(SystemCheckError, match="PIXTRACT_AWS_REGION"):
        call_command("check")
