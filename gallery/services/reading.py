"""What engines read, filed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from gallery.models import MediaItem, TextPage
from gallery.services.changes import note_change
from gallery.types import Box, TextLine, Word
from gallery.types import TextPage as PageValue


@transaction.atomic
def record_text(item: MediaItem, pages: Sequence[PageValue]) -> None:
    """Replace the item's text; pages without a line are not kept."""
    TextPage.objects.filter(item=item).delete()
    filled = [page for page in pages if page.lines]
    TextPage.objects.bulk_create(_row(item, page) for page in filled)
    MediaItem.objects.filter(pk=item.pk).update(
        has_text=bool(filled), text_analyzed_at=timezone.now()
    )
    item.has_text = bool(filled)
    note_change(item.owner_id, [item.pk])


def _row(item: MediaItem, page: PageValue) -> TextPage:
    return TextPage(
        item=item,
        number=page.number,
        source=page.source[:20],
        rotation=page.rotation,
        lines=[line_data(line) for line in page.lines],
        start_ms=page.start_ms,
        end_ms=page.end_ms,
    )


def line_data(line: TextLine) -> dict[str, Any]:
    """A line as it is stored and as the API shows it."""
    data: dict[str, Any] = {
        "text": clean(line.text),
        "confidence": round(line.confidence, 2),
        "box": numbers(line.box),
        "words": [_word_data(word) for word in line.words],
    }
    if line.handwritten is not None:
        data["handwritten"] = line.handwritten
    return data


def _word_data(word: Word) -> dict[str, Any]:
    return {
        "text": clean(word.text),
        "confidence": round(word.confidence, 2),
        "box": numbers(word.box),
    }


def numbers(box: Box) -> list[float]:
    """A box as it is stored."""
    clipped = box.clipped()
    return [clipped.left, clipped.top, clipped.width, clipped.height]


def clean(text: str) -> str:
    """The text without what no database takes."""
    # PostgreSQL takes no NUL, and a lone surrogate cannot be encoded at all.
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def stored_pages(item: MediaItem) -> list[PageValue]:
    """The pages of text as they were recorded, without those of a video's frames."""
    rows = TextPage.objects.filter(item=item, start_ms=None).order_by("number")
    return [
        PageValue(
            number=row.number,
            lines=tuple(_line(line) for line in row.lines),
            source=row.source,
            rotation=row.rotation,
        )
        for row in rows
    ]


def _line(data: dict[str, Any]) -> TextLine:
    return TextLine(
        text=data["text"],
        confidence=data["confidence"],
        box=Box(*data["box"]),
        words=tuple(
            Word(word["text"], word["confidence"], Box(*word["box"])) for word in data["words"]
        ),
        handwritten=data.get("handwritten"),
    )
