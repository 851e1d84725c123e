"""Vendor, date, total and what else everybody knows of receipts and invoices."""

from __future__ import annotations

import pytest

from gallery.types import Box, TextLine, TextPage, Word
from tests.reading.paper import LETTER, by_kind, page_of
from workers.reading import extract_fields

TILL = """
ann lee
PAPER AND PENS (TOWN) SDN BHD
123456-W
NO.5 JALAN LAMA 8
81100 JOHOR BAHRU
TAX INVOICE
Document No : TD0116
Date : 25/12/2018 8:13:39 PM
PENCIL          2   1.50     3.00
PAPER           1   9.98     9.98
Total :                     12.98
Rounding Adjustment :        0.02
Rounded Total (RM):         13.00
CASH                        20.00
CHANGE                       7.00
GST Summary   Amount   Tax
SR @ 6%        12.25   0.73
"""
GERMAN = """
Bäckerei Sonnenschein GmbH
Hauptstraße 12, 50667 Köln
Rechnungsnummer: 2024-0815
Datum: 03.05.2024
Brot                    4,50
Kuchen              1.234,50
Zwischensumme       1.239,00
MwSt 7 %               86,73
Gesamtbetrag      1.325,73 €
zahlbar bis       17.05.2024
"""
FRENCH = """
Librairie du Port
12 rue de la Mer, 13002 Marseille
Facture n° F-2023-77
Date : 14 février 2023
Livre                   20,00
Total HT                20,00
TVA 5,5 %                1,10
Total TTC             21,10 €
"""
SPANISH = """
Panadería La Luna S.L.
Calle Mayor 3, 28013 Madrid
Factura número: A-101
Fecha: 3 de marzo de 2024
Base imponible         10,00
IVA 21 %                2,10
Importe total        12,10 €
"""
AMERICAN = """
MEGA FOODS
12 Main Street, Springfield
07/04/2023 10:15 AM
MILK                   $3.00
BREAD                  $4.00
SUBTOTAL               $7.00
SALES TAX              $0.49
TOTAL                  $7.49
VISA                   $7.49
"""


def read(text: str, document_type: str = "receipt") -> dict[str, str]:
    """Return what was found by its standard name, normalized where it can be."""
    fields = by_kind(extract_fields([page_of(text)], document_type))
    return {kind: field.normalized or field.value for kind, field in fields.items()}


def test_a_till_receipt() -> None:
    assert read(TILL) == {
        "vendor": "PAPER AND PENS (TOWN) SDN BHD",
        "date": "2018-12-25",
        "total": "13.00",
        "currency": "MYR",
        "invoice_number": "TD0116",
    }


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (
            GERMAN,
            {
                "vendor": "Bäckerei Sonnenschein GmbH",
                "date": "2024-05-03",
                "total": "1325.73",
                "currency": "EUR",
                "subtotal": "1239.00",
                "tax": "86.73",
                "invoice_number": "2024-0815",
                "due_date": "2024-05-17",
            },
        ),
        (
            FRENCH,
            {
                "vendor": "Librairie du Port",
                "date": "2023-02-14",
                "total": "21.10",
                "currency": "EUR",
                "subtotal": "20.00",
                "tax": "1.10",
                "invoice_number": "F-2023-77",
            },
        ),
        (
            SPANISH,
            {
                "vendor": "Panadería La Luna S.L.",
                "date": "2024-03-03",
                "total": "12.10",
                "currency": "EUR",
                "subtotal": "10.00",
                "tax": "2.10",
                "invoice_number": "A-101",
            },
        ),
        (
            AMERICAN,
            {
                "vendor": "MEGA FOODS",
                "date": "2023-07-04",
                "total": "7.49",
                "currency": "USD",
                "subtotal": "7.00",
                "tax": "0.49",
            },
        ),
    ],
    ids=["german", "french", "spanish", "american"],
)
def test_bills_of_other_countries(printed: str, expected: dict[str, str]) -> None:
    assert read(printed, "invoice") == expected


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ("Sub Total    40.00\nTotal   42.40", "42.40"),
        ("Total Excl. GST  40.00\nTotal Incl. GST  42.40", "42.40"),
        ("Total Qty 2  5.00\nTotal  42.40", "42.40"),
        ("Total Savings  99.00\nTotal  42.40", "42.40"),
        ("Total Saving  0.00   Total  42.40\nQty 2", "42.40"),
        ("Total\n42.40", "42.40"),
        ("T0TAL   42.40", "42.40"),
        ("Total   4240\nPaid   42.40", "42.40"),
        ("Net  Total   42-40\nCash   50.00\nChange   7.60\nNet 42.40", "42.40"),
        ("Total   42.40\nCash   50.00\nChange   7.60", "42.40"),
        ("Cash   50.00\nChange   7.60\nAmount   42.40", "42.40"),
        ("Amount due   42.40\nBalance   0.00", "42.40"),
        ("SUMME EUR   42,40\nGegeben   50,00\nRückgeld   7,60", "42.40"),
        ("Jumlah   RM42.40", "42.40"),
        ("Total   42.40\nCash   42.40\nGST Summary\nTotal   40.00   2.40", "42.40"),
        ("Total GST   2.40\nTotal (Tax incl.)   42.40", "42.40"),
        ("Total\n  RM 42.40\nThank you 99", "42.40"),
    ],
)
def test_totals(rows: str, total: str) -> None:
    assert read(f"THE SHOP\nThing   42.00\n{rows}")["total"] == total


@pytest.mark.parametrize(
    ("head", "vendor"),
    [
        ("TAX INVOICE\nTHE CORNER SHOP\n12 Main Street", "THE CORNER SHOP"),
        ("TAX INVOICE / RECEIPT *** COPY ***\nTHE CORNER SHOP", "THE CORNER SHOP"),
        ("GREEN FOODS\n(HILL TOWN) SDN BHD\nNO 4 JALAN TUA", "GREEN FOODS (HILL TOWN) SDN BHD"),
        ("GREEN FOODS SON BHD (682288-V)\nNO 4 JALAN TUA", "GREEN FOODS SDN BHD"),
        ("Tel: 03-1234567\nGreen Foods\nwww.greenfoods.com", "Green Foods"),
        ("Best Wholesale\nBlue Interior\nmail@blue-interior.com", "Blue Interior"),
        ("Blue Web Services Invoice\n12 Main Street", "Blue Web Services"),
        ("RESTAURANT MOON\nMOON HOUSE\n12 Main Street", "RESTAURANT MOON MOON HOUSE"),
    ],
)
def test_vendors(head: str, vendor: str) -> None:
    assert read(f"{head}\nDate 01/02/2020\nTotal  5.00")["vendor"] == vendor


def test_a_scribble_over_the_name_is_not_the_vendor() -> None:
    scribble = page_of("wory cateny", confidence=60.0).lines
    printed = page_of("\nCHEERFUL ANIMALS\nTotal  5.00".replace("\n", "\n.\n", 1)).lines[1:]
    fields = by_kind(extract_fields([TextPage(1, scribble + printed)], "receipt"))
    assert fields["vendor"].value == "CHEERFUL ANIMALS"


@pytest.mark.parametrize(
    ("rows", "day"),
    [
        ("Printed: 01/01/2020\nDate: 02/03/2020", "2020-03-02"),
        ("Member expiry 01/01/2022\n02/03/2020 10:11", "2020-03-02"),
        ("Invoice Date:   Due Date:\n02/03/2020   09/04/2020", "2020-03-02"),
        ("Due Date:   Invoice Date:\n09/04/2020     02/03/2020", "2020-03-02"),
    ],
)
def test_dates_of_issue(rows: str, day: str) -> None:
    assert read(f"THE SHOP\n{rows}\nTotal   5.00", "invoice")["date"] == day


def test_values_are_as_printed_and_say_where_they_stand() -> None:
    page = page_of("THE SHOP\nTotal due      $ 5.00")
    total = by_kind(extract_fields([page], "receipt"))["total"]
    assert (total.key, total.value, total.page, total.source) == ("Total due", "$ 5.00", 1, "rules")
    assert total.value_box and total.key_box
    assert total.value_box.left == pytest.approx(0.02 + 15 * LETTER, abs=0.001)
    assert total.key_box.left == pytest.approx(0.02, abs=0.001)


def test_a_total_that_others_agree_with_is_surer() -> None:
    alone = by_kind(extract_fields([page_of("THE SHOP\nTotal  5.00")], "receipt"))["total"]
    text = "THE SHOP\nTotal  5.00\nCash  10.00\nChange  5.00"
    agreed = by_kind(extract_fields([page_of(text)], "receipt"))["total"]
    unnamed = by_kind(extract_fields([page_of("THE SHOP\nPen  5.00")], "receipt"))["total"]
    assert unnamed.confidence < alone.confidence < agreed.confidence < 100


def test_badly_read_words_make_unsure_fields() -> None:
    page = page_of("THE SHOP\nTotal  5.00", confidence=50.0)
    assert by_kind(extract_fields([page], "receipt"))["total"].confidence < 50


def test_a_receipt_that_lies_aslant_is_read_by_its_rows() -> None:
    straight = page_of(TILL)
    lines = [
        TextLine(
            line.text,
            line.confidence,
            _fallen(line.box),
            tuple(Word(word.text, word.confidence, _fallen(word.box)) for word in line.words),
        )
        for line in straight.lines
    ]
    fields = by_kind(extract_fields([TextPage(1, tuple(lines))], "receipt"))
    assert fields["total"].normalized == "13.00"
    assert fields["date"].normalized == "2018-12-25"


def _fallen(box: Box) -> Box:
    return Box(box.left, box.top + 0.06 * (box.left + box.width / 2), box.width, box.height)


def test_a_receipt_that_lies_on_its_side_is_read_and_shown_there() -> None:
    straight = page_of("THE SHOP\nTotal due      $ 5.00")
    lines = tuple(
        TextLine(
            line.text,
            line.confidence,
            _on_side(line.box),
            tuple(Word(word.text, word.confidence, _on_side(word.box)) for word in line.words),
        )
        for line in straight.lines
    )
    total = by_kind(extract_fields([TextPage(1, lines, rotation=90)], "receipt"))["total"]
    assert total.normalized == "5.00"
    assert total.value_box and total.value_box.height > total.value_box.width


def _on_side(box: Box) -> Box:
    """Turn counterclockwise: what has to be turned clockwise to be read."""
    return Box(box.top, 1 - box.left - box.width, box.height, box.width)
