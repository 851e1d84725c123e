"""Confidences as whole numbers, in which "over 90" and "at least 90" differ.

A level is twice the whole percent, plus one when there is a fraction: 90 is 180, 90.4 is 181.
"""

from __future__ import annotations

PER_PERCENT = 2
HIGHEST = 100 * PER_PERCENT


def level_of(confidence: float) -> int:
    """Return the level of a confidence; what lies outside of 0-100 is moved to the nearer end."""
    whole = int(min(max(confidence, 0.0), 100.0))
    return whole * PER_PERCENT + (whole < confidence < 100)
