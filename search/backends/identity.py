"""What an index must have been made with to be of use: a schema, and tables that came with it."""

from __future__ import annotations

from gallery.taxonomy.everyday import digest_of_names


def identity(version: int) -> str:
    """Return what the names of indexes of that schema begin with.

    Everyday words lie in the documents of their labels: another table of them makes other
    documents. Those of other languages, towns and what is related change queries alone.
    """
    return f"v{version}.{digest_of_names()}"
