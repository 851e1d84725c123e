"""The text of a page follows from its lines, whichever way it is stored."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

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


@pytest.mark.django_db(transaction=True)
def test_pages_of_earlier_releases_get_theirs() -> None:
    item = MediaItemFactory()
    for number in range(250):
        TextPageFactory(item=item, number=number, lines=[text_line(f"page {number}")])
    call_command("migrate", "gallery", "0008", verbosity=0)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM gallery_textpage")
            assert "text" not in [column[0] for column in cursor.description]
    finally:
        call_command("migrate", verbosity=0)
    pages = TextPage.objects.values_list("text", "lines")
    assert [text for text, _ in pages] == [f"page {number}" for number in range(250)]
    assert [lines for _, lines in pages][7] == [text_line("page 7")]
