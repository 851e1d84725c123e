"""Receipts and invoices at the edges: nothing there, endless lines, real companies."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.sniff import PDF
from gallery.types import Box, TextLine, TextPage
from tests.reading.paper import by_key, by_kind, page_of
from tests.reading.test_receipts import TILL
from workers.media.service import MediaTools
from workers.reading import extract_fields
from workers.reading.fields import MAX_FIELDS


def test_other_documents_have_no_fields() -> None:
    assert extract_fields([page_of(TILL)], "letter") == []
    assert extract_fields([], "receipt") == []


def test_pages_that_say_nothing_have_no_fields() -> None:
    assert extract_fields([page_of("----  ....\n**")], "receipt") == []


printed = st.text(
    alphabet=st.sampled_from("0123456789.,:-/$€ \n()TotalDateRM@x_%☒☐'"), max_size=400
) | st.text(max_size=200)


@settings(max_examples=200, deadline=None)
@given(text=printed, document_type=st.sampled_from(["receipt", "invoice", "form", "letter", ""]))
def test_nothing_that_is_printed_breaks_it(text: str, document_type: str) -> None:
    for field in extract_fields([page_of(text)], document_type):
        assert 0 <= field.confidence <= 100
        if field.kind in ("total", "tax", "subtotal"):
            Decimal(field.normalized)
        if field.kind in ("date", "due_date"):
            date.fromisoformat(field.normalized)


@pytest.mark.parametrize("text", ["a" * 100_000, "1" * 100_000, "1." * 50_000, "Total " * 20_000])
def test_endless_lines_are_cut(text: str) -> None:
    page = TextPage(1, (TextLine(text, 99.0, Box(0, 0, 1, 1)),) * 50)
    for document_type in ("receipt", "invoice", "form"):
        fields = extract_fields([page] * 30, document_type)
        assert len(fields) <= MAX_FIELDS
        assert all(len(field.value) <= 500 for field in fields)


@pytest.mark.samples
@pytest.mark.parametrize("name", ["invoice_AzureInterior", "invoice_AmazonWebServices"])
def test_invoices_of_real_companies(samples: Path, name: str) -> None:
    folder = samples / "documents"
    truth = json.loads((folder / f"{name}.json").read_text())[0]
    tools = MediaTools()
    pages = tools.text_layer(folder / f"{name}.pdf", PDF, 1, 5)
    tools.close()
    found = by_kind(extract_fields(pages, "invoice"))
    assert found["vendor"].value == truth["issuer"]
    assert float(found["total"].normalized) == truth["amount"]
    assert found["date"].normalized == truth["date"]
    assert found["invoice_number"].value == truth["invoice_number"]
    assert by_key(extract_fields(pages, "invoice"))
