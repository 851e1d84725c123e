"""All results as one file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import DocumentField, DocumentTable, LabelState
from gallery.services.albums import add_to_album, create_album
from tests.factories import (
    JobFactory,
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)

ClientOf = Callable[[User | None], APIClient]


def export(client: APIClient, **query: object) -> tuple[Any, str]:
    answer = client.get("/api/v1/export/", query)
    assert answer.status_code == 200, answer.content
    return answer, b"".join(answer.streaming_content).decode()


def a_library(owner: User) -> None:
    dog = LabelFactory(name="Dog", aliases=["Hound"])
    sure = MediaItemFactory(owner=owner, file_name="sure.jpg", caption='=HYPERLINK("x")')
    MediaLabelFactory(item=sure, label=dog, confidence=98.5)
    MediaLabelFactory(item=sure, confidence=60.0, label__name="Beach")
    MediaLabelFactory(item=sure, label__name="No", state=LabelState.REJECTED)
    JobFactory(item=sure, state="done")
    add_to_album(create_album(owner, "=1+1"), [sure.pk])
    page = MediaItemFactory(owner=owner, file_name="receipt.pdf", kind="document", has_text=True)
    MediaLabelFactory(item=page, label=dog, confidence=70.0)
    TextPageFactory(item=page, number=2, lines=[text_line("Thank you")])
    TextPageFactory(item=page, number=1, lines=[text_line("+49 123"), text_line("Total, 9")])
    DocumentField.objects.create(item=page, position=0, kind="total", value="9", confidence=99)
    for position, text in ((2, "Sum"), (1, "Milk")):
        cell = {"row": 1, "column": 1, "text": text, "confidence": 90.0, "box": [0, 0, 0.5, 0.1]}
        cell |= {"row_span": 1, "column_span": 1, "header": False}
        DocumentTable.objects.create(
            item=page, position=position, box=[0, 0, 1, 1], cells=[cell], source="text"
        )


def test_json_holds_labels_fields_text_and_facts(
    api_client: ClientOf, alice: User, bob: User
) -> None:
    a_library(alice)
    MediaItemFactory(owner=bob, file_name="his.jpg")
    MediaItemFactory(owner=alice, file_name="gone.jpg", trashed_at="2024-01-01T00:00Z")
    answer, text = export(api_client(alice))
    assert answer["Content-Type"].startswith("application/json")
    assert answer["Content-Disposition"].startswith("attachment")
    found = {record["file_name"]: record for record in json.loads(text)["results"]}
    assert set(found) == {"sure.jpg", "receipt.pdf"}
    labels = found["sure.jpg"]["labels"]
    assert [(each["name"], each["confidence"]) for each in labels] == [("Dog", 98.5), ("Beach", 60)]
    assert labels[0]["aliases"] == ["Hound"]
    assert found["sure.jpg"]["albums"] == ["=1+1"]
    assert found["sure.jpg"]["steps"] == {"label": "done"}
    assert found["receipt.pdf"]["text"] == "+49 123\nTotal, 9\fThank you"
    assert found["receipt.pdf"]["fields"][0]["kind"] == "total"
    tables = found["receipt.pdf"]["tables"]
    assert [table["cells"][0]["text"] for table in tables] == ["Milk", "Sum"]
    assert found["sure.jpg"]["tables"] == []


def test_confidence_narrows_items_and_labels(api_client: ClientOf, alice: User) -> None:
    a_library(alice)
    _, text = export(api_client(alice), min_confidence=98, **{"as": "jsonl"})
    (record,) = [json.loads(line) for line in text.splitlines()]
    assert [each["name"] for each in record["labels"]] == ["Dog"]
    _, text = export(api_client(alice), label="dog", min_confidence=0, **{"as": "jsonl"})
    assert len(text.splitlines()) == 2


def test_tables_run_no_formula(api_client: ClientOf, alice: User) -> None:
    a_library(alice)
    answer, text = export(api_client(alice), **{"as": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = {row["file_name"]: row for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))}
    assert rows["sure.jpg"]["description"] == '\'=HYPERLINK("x")'
    assert rows["sure.jpg"]["labels"] == "Dog 98.5; Beach 60.0"
    assert rows["sure.jpg"]["albums"] == "'=1+1"
    assert rows["receipt.pdf"]["text"].startswith("'+49")
    assert rows["receipt.pdf"]["fields"] == "total: 9"


def test_it_goes_through_a_library_in_parts(
    api_client: ClientOf, alice: User, django_assert_max_num_queries: Any
) -> None:
    MediaItemFactory.create_batch(250, owner=alice)
    client = api_client(alice)
    with django_assert_max_num_queries(2 + 3 * 5):
        _, text = export(client, **{"as": "jsonl"})
    ids = [json.loads(line)["id"] for line in text.splitlines()]
    assert len(ids) == len(set(ids)) == 250


def test_an_empty_library_is_valid_in_every_form(api_client: ClientOf, alice: User) -> None:
    assert json.loads(export(api_client(alice))[1]) == {"results": []}
    assert export(api_client(alice), **{"as": "jsonl"})[1] == ""
    assert len(export(api_client(alice), **{"as": "csv"})[1].splitlines()) == 1


def test_unknown_forms_are_a_problem(api_client: ClientOf, alice: User) -> None:
    answer = api_client(alice).get("/api/v1/export/?as=xml")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_document_types_narrow_it(api_client: ClientOf, alice: User) -> None:
    MediaItemFactory(owner=alice, file_name="receipt.jpg", document_type="receipt")
    MediaItemFactory(owner=alice, file_name="letter.jpg", document_type="letter")
    _, text = export(api_client(alice), document_type="receipt", **{"as": "jsonl"})
    assert [json.loads(line)["file_name"] for line in text.splitlines()] == ["receipt.jpg"]


def test_a_filter_that_is_not_known_gives_a_problem_and_not_everything(
    api_client: ClientOf, alice: User
) -> None:
    a_library(alice)
    answer = api_client(alice).get("/api/v1/export/?favourite=true&q=dog&as=jsonl")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    errors = answer.json()["errors"]
    assert set(errors) == {"favourite", "q"}
    assert "/api/v1/search/" in errors["q"][0]
