"""Which AWS region calls go to."""

from __future__ import annotations

from workers.cloud.clients import session


def has_region() -> bool:
    """Whether the settings, the profile or AWS's own variables name a region."""
    return bool(session().region_name)
