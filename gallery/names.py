"""Names that people give: one line of text that can be seen and reads as it was written."""

from __future__ import annotations

import unicodedata

MAX_NAME = 100
# Marks that make what follows them run the other way, on whatever page shows the name.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def given_name(raw: str) -> str:
    """Return ``raw`` as one line of printable text, at most MAX_NAME long.

    Nothing where nothing of it can be seen.
    """
    spaced = " ".join(raw.split())
    kept = (char for char in spaced if not _is_control(char))
    name = " ".join("".join(kept).split())[:MAX_NAME].strip()
    return name if any(unicodedata.category(char) != "Cf" for char in name) else ""


def _is_control(char: str) -> bool:
    return char in _OVERRIDES or unicodedata.category(char) in ("Cc", "Cs")
