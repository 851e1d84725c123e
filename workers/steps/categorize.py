"""What the item is for: its document type, and the categories that it falls into."""

from __future__ import annotations

from gallery.document_types import PageFacts, document_type_of
from gallery.models import MediaItem
from gallery.services.categorizing import record_document_type
from workers.steps.outcome import Outcome


def categorize_item(item: MediaItem) -> Outcome:
    pages = item.text_pages.filter(start_ms=None).order_by("number")[:3]
    facts = PageFacts(
        kind=item.kind,
        file_name=item.file_name,
        pages=tuple(tuple(_line(line) for line in page.lines) for page in pages),
    )
    document_type = document_type_of(facts)
    return Outcome(
        lambda: record_document_type(item, document_type), {"document_type": document_type}
    )


def _line(line: dict[str, object]) -> tuple[str, tuple[float, ...]]:
    box = line["box"]
    return str(line["text"]), tuple(box) if isinstance(box, list) else (0.0, 0.0, 0.0, 0.0)
