"""Times in videos as people write them."""

from __future__ import annotations


def clock(milliseconds: int) -> str:
    """Return 0:07, 12:34 or 1:02:03."""
    seconds = max(milliseconds, 0) // 1000
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    tail = f"{seconds % 60:02d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"
