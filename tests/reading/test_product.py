"""From an upload to fields and tables, through the steps and out of the API, without a provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Lane
from tests.factories import stored_item
from tests.media.making import make_pdf
from workers import engines
from workers.pipeline import run_lane

pytestmark = pytest.mark.django_db

TEXT = [
    (10, 90, "Paper and Pens GmbH"),
    (10, 82, "Rechnungsnummer: 2024-0815"),
    (10, 74, "Datum: 03.05.2024"),
    (12, 59, "Artikel"),
    (102, 59, "Preis"),
    (12, 44, "Kuchen"),
    (102, 44, "1.234,50"),
    (10, 25, "Gesamtbetrag"),
    (102, 25, "1.234,50 EUR"),
]
LINES = [(10, y, 150, y) for y in (40, 55, 70)] + [(x, 40, x, 70) for x in (10, 100, 150)]


@pytest.fixture
def without_engines(settings: Any) -> Iterator[None]:
    settings.PIXTRACT_LABEL_ENGINE = "off"
    settings.PIXTRACT_TEXT_ENGINE = "off"
    engines.label_analyzer.cache_clear()
    engines.text_analyzer.cache_clear()
    yield
    engines.label_analyzer.cache_clear()
    engines.text_analyzer.cache_clear()


@pytest.mark.usefixtures("without_engines")
def test_an_invoice_is_read(
    api_client: Callable[[User | None], APIClient], alice: User, bob: User
) -> None:
    words = "".join(f"BT /F1 6 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in TEXT)
    drawn = "".join(f"0.5 w {a} {b} m {c} {d} l S\n" for a, b, c, d in LINES)
    item = stored_item(alice, make_pdf(words + drawn), "bill.pdf")
    for lane in (Lane.MEDIA, Lane.ANALYSIS, Lane.MEDIA, Lane.ANALYSIS):
        run_lane(lane, seconds=60)
    path = f"/api/v1/media/{item.pk}/text/"
    found = api_client(alice).get(path).json()
    fields = {one["kind"]: one["normalized"] or one["value"] for one in found["fields"]}
    assert fields["vendor"] == "Paper and Pens GmbH"
    assert fields["invoice_number"] == "2024-0815"
    assert fields["date"] == "2024-05-03"
    assert (fields["total"], fields["currency"]) == ("1234.50", "EUR")
    (table,) = found["tables"]
    cells = [cell["text"] for cell in table["cells"]]
    assert cells == ["Artikel", "Preis", "Kuchen", "1.234,50"]
    assert api_client(bob).get(path).status_code == 404
