"""The text of a page follows from its lines, whichever way it is stored."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from gallery.models import TextPage
from tests.factories import MediaItemFactory, TextPageFactory, text_line

pytestmark = pytest.mark.django_db


def test_text_is_worked_out_with_every_save() -> None:
    page = TextPageFactory(lines=[text_line("Total due"), text_line("12.50")])
    assert TextPage.objects.get().text == page.text == "Total due\n12.50"
    page.lines = [text_line("Paid")]
    page.save()
    assert TextPage.objects.get().text == "Paid"
    item = MediaItemFactory()
    TextPage.objects.bulk_create(
        TextPage(item=item, number=number, lines=[text_line(f"page {number}")])
        for number in range(3)
    )
    texts = TextPage.objects.filter(item=item).values_list("text", flat=True)
    assert list(texts) == ["page 0", "page 1", "page 2"]


def test_pages_of_earlier_releases_get_theirs() -> None:
    item = MediaItemFactory()
    for number in range(250):
        TextPageFactory(item=item, number=number, lines=[text_line(f"page {number}")])
    TextPage.objects.update(text="")
    import_module("gallery.migrations.0010_fill_page_text").fill(apps, None)
    texts = TextPage.objects.values_list("text", flat=True)
    assert list(texts) == [f"page {number}" for number in range(250)]
