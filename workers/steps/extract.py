"""What a page says in keys and values: fields of receipts and forms, and tables."""

from __future__ import annotations

from gallery.models import Kind, MediaItem
from gallery.services.extracting import record_fields
from gallery.types import Field, Table
from workers.steps.outcome import Outcome, StepSkipped


def extract_item(item: MediaItem) -> Outcome:
    if item.kind == Kind.VIDEO or not item.document_type:
        raise StepSkipped("no_document", "There is no page to find fields on.")
    fields: list[Field] = []
    tables: list[Table] = []
    return Outcome(
        lambda: record_fields(item, fields, tables),
        {"fields": len(fields), "tables": len(tables)},
    )
