"""Keys and values of forms."""

from __future__ import annotations

import pytest

from tests.reading.paper import by_key, page_of
from workers.reading import extract_fields


def pairs(text: str) -> dict[str, str]:
    return by_key(extract_fields([page_of(text)], "form"))


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Full Name: Jane Doe", {"Full Name": "Jane Doe"}),
        ("Full Name:        Jane Doe", {"Full Name": "Jane Doe"}),
        ("Name: Ann Lee   City: Bonn", {"Name": "Ann Lee", "City": "Bonn"}),
        ("Name: Ann Lee City: Bonn", {"Name": "Ann Lee", "City": "Bonn"}),
        ("Born: 1970 Place of birth: Bonn", {"Born": "1970", "Place of birth": "Bonn"}),
        ("Name : Ann", {"Name": "Ann"}),
        ("Name:\nAnn Lee", {"Name": "Ann Lee"}),
        ("Name:        Town:\nAnn Lee      Bonn", {"Name": "Ann Lee", "Town": "Bonn"}),
        ("Name: ______  Town: ......", {}),
        ("Name:\nTown: Bonn", {"Town": "Bonn"}),
        ("Name:Ann Lee", {"Name": "Ann Lee"}),
        ("First Name   Ann", {"First Name": "Ann"}),
        ("Vorname   Straße\nAnn       Am Weg 3", {"Vorname": "Ann", "Straße": "Am Weg 3"}),
        ("First Name   Last Name\nBirthday", {}),
        ("Gender:\nFemale      Male", {}),
        ("At 10:30 in the hall", {}),
        ("see https://example.com", {}),
        ("☒ Yes  ☐ No", {"Yes": "☒", "No": "☐"}),
        ("[x] Tea [ ] Coffee", {"Tea": "[x]", "Coffee": "[ ]"}),
    ],
)
def test_pairs(printed: str, expected: dict[str, str]) -> None:
    assert pairs(printed) == expected


def test_keys_over_values_are_less_sure() -> None:
    beside = extract_fields([page_of("Name: Ann")], "form")[0]
    under = extract_fields([page_of("Name:\nAnn")], "form")[0]
    assert under.confidence < beside.confidence
    assert under.key_box and under.value_box and under.value_box.top > under.key_box.top


def test_what_is_a_field_of_an_invoice_is_no_pair_besides() -> None:
    text = "THE SHOP\nInvoice No: A-17\nContact: Ann Lee\nTotal:  5.00"
    fields = extract_fields([page_of(text)], "invoice")
    assert by_key(fields) == {"Contact": "Ann Lee"}
