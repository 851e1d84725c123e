"""Tables: words put into the cells that ruling lines make."""

from __future__ import annotations

from collections.abc import Sequence

from gallery.types import Rulings, Table, TextPage


def extract_tables(pages: Sequence[TextPage], rulings: Sequence[Rulings] = ()) -> list[Table]:
    """Return the ruled tables of the pages.

    ``rulings`` are the lines drawn on the pages' pictures, as ``MediaTools.rulings`` finds them;
    pages without them have no tables.
    """
    return []
