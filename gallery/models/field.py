"""Fields and tables that were found on a page: of receipts, invoices, forms and lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeAlias

from django.db import models

from gallery.models.media import MediaItem

Cell: TypeAlias = dict[str, Any]
MAX_PLACES = 100_000


class DocumentField(models.Model):
    """A key and its value. ``kind`` is the standard name of what everybody knows (vendor, total).

    ``normalized`` is the value's form to compare: an ISO date, an amount like "1234.50", a
    currency's code. Boxes are ``[left, top, width, height]``, ratios 0-1 of the upright page.
    """

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="document_fields")
    position = models.PositiveIntegerField()
    page = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=20, blank=True, default="")
    key = models.CharField(max_length=200, blank=True, default="")
    value = models.CharField(max_length=1000, blank=True, default="")
    normalized = models.CharField(max_length=40, blank=True, default="")
    confidence = models.FloatField()
    key_box = models.JSONField(null=True, blank=True)
    value_box = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["item", "position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="gallery_field_unique"),
        ]
        indexes = [models.Index(fields=["item", "kind"], name="gallery_field_kind")]

    def __str__(self) -> str:
        return f"{self.kind or self.key}: {self.value}"[:80]

    @property
    def day(self) -> datetime | None:
        """The beginning of the day of a printed date; None for anything else."""
        return printed_day(self.kind, self.normalized)


def printed_day(kind: str, normalized: str) -> datetime | None:
    """Return the beginning of the day that a field of that kind tells; None for no date."""
    try:
        return datetime.fromisoformat(normalized).replace(tzinfo=UTC) if kind == "date" else None
    except ValueError:
        return None


class DocumentTable(models.Model):
    """A table. ``cells`` is ``[{"row", "column", "text", "confidence", "box", "row_span",
    "column_span", "header"}]`` in reading order; rows and columns count from 1."""

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="document_tables")
    position = models.PositiveIntegerField()
    page = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200, blank=True, default="")
    confidence = models.FloatField(default=0.0)
    box = models.JSONField()
    cells = models.JSONField(default=list)
    source = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["item", "position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="gallery_table_unique"),
        ]

    def __str__(self) -> str:
        return f"table {self.position} of {self.item_id}"

    @property
    def row_count(self) -> int:
        return max((cell["row"] + cell["row_span"] - 1 for cell in self.cells), default=0)

    @property
    def column_count(self) -> int:
        return max((cell["column"] + cell["column_span"] - 1 for cell in self.cells), default=0)

    def rows(self) -> list[list[Cell | None]]:
        """Every row with a cell for each column, None where nothing begins.

        A table too large to be laid out has no more rows than MAX_PLACES allow.
        """
        columns = self.column_count
        count = min(self.row_count, MAX_PLACES // max(columns, 1))
        laid: list[list[Cell | None]] = [[None] * columns for _ in range(count)]
        for cell in self.cells:
            if cell["row"] <= count:
                laid[cell["row"] - 1][cell["column"] - 1] = cell
        return laid
