"""What a page is, told from its text."""

from __future__ import annotations

import pytest

from gallery.document_types import PageFacts, document_type_of


def facts(text: str, kind: str = "document", name: str = "scan.pdf") -> PageFacts:
    lines = text.strip().splitlines()
    page = tuple(
        (line, (0.1, i / len(lines), 0.8, 0.5 / len(lines))) for i, line in enumerate(lines)
    )
    return PageFacts(kind=kind, file_name=name, pages=(page,))


RECEIPT = """
BOOK STORE SDN BHD
NO. 17 JALAN LAMA
TAX INVOICE
CASHIER 02
PENCIL 2B        3.00
PAPER A4        12.50
SUBTOTAL        15.50
GST 6 PERCENT    0.93
TOTAL           16.43
CASH            20.00
CHANGE           3.57
THANK YOU COME AGAIN
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RECEIPT, "receipt"),
        ("Invoice number 12\nBill to: Ann\nAmount due 400.00\nPlease pay by Friday", "invoice"),
        ("Rechnungsnummer 12\nDatum 3.5.2024\nGesamtbetrag 1.234,50", "invoice"),
        ("Application form\nFirst name:\nLast name:\nDate of birth:\nSignature", "form"),
        ("Dear Ann,\nthank you for the cake.\nYours,\nBob", "letter"),
        ("Chapter one\nIt was a dark and stormy night in the old town", "page"),
        ("12", ""),
    ],
)
def test_type_of_a_document(text: str, expected: str) -> None:
    assert document_type_of(facts(text)) == expected


def test_a_photo_of_a_receipt_is_a_receipt() -> None:
    assert document_type_of(facts(RECEIPT, kind="photo", name="a.jpg")) == "receipt"


def test_a_sign_in_a_photo_makes_no_page_of_it() -> None:
    assert document_type_of(facts("STOP\nMain Street", kind="photo", name="a.jpg")) == ""


def test_screenshots_are_known_by_name() -> None:
    assert document_type_of(facts("", kind="photo", name="Screenshot_2024.png")) == "screenshot"


def test_videos_are_no_pages() -> None:
    assert document_type_of(facts(RECEIPT, kind="video")) == ""


def test_a_few_large_lines_fill_a_page() -> None:
    lines = [
        "It was a dark and stormy night",
        "in the old town by the sea",
        "and nobody slept well",
    ]
    page = tuple((line, (0.1, 0.2 + i / 4, 0.8, 0.12)) for i, line in enumerate(lines))
    found = document_type_of(PageFacts(kind="photo", file_name="a.jpg", pages=(page,)))
    assert found == "page"
