"""What a page says, told by rules over its words and their places: fields and tables.

Pure functions of text that an engine, or a PDF itself, has given.
"""

from __future__ import annotations

from workers.reading.fields import extract_fields
from workers.reading.tables import extract_tables

__all__ = ["extract_fields", "extract_tables"]
