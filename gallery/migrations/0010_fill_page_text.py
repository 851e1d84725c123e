"""Fills the text of the pages that were read before there was a column for it."""

from typing import Any

from django.db import migrations

from gallery.models.text import text_of_lines

_AT_ONCE = 100


def fill(apps: Any, schema_editor: Any) -> None:
    """Go through all pages in small transactions; broken off, it begins again."""
    pages = apps.get_model("gallery", "TextPage").objects.order_by("pk")
    last = 0
    while rows := list(pages.filter(pk__gt=last).only("lines_before")[:_AT_ONCE]):
        for page in rows:
            page.lines = page.lines_before
            page.text = text_of_lines(page.lines)
        pages.bulk_update(rows, ["text", "lines"])
        last = rows[-1].pk


def empty(apps: Any, schema_editor: Any) -> None:
    pages = apps.get_model("gallery", "TextPage").objects.order_by("pk")
    last = 0
    while rows := list(pages.filter(pk__gt=last).only("lines")[:_AT_ONCE]):
        for page in rows:
            page.lines_before = page.lines
        pages.bulk_update(rows, ["lines_before"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("gallery", "0009_page_text")]

    operations = [
        migrations.RunPython(fill, empty),
        migrations.RemoveField("textpage", "lines_before"),
    ]
