"""Reasons for which a job waits through no fault of its own: no failure, no attempt used up."""

from __future__ import annotations

from datetime import datetime

SPEND_CAP = "spend_cap"
PROVIDER_PAUSED = "provider_paused"
PROVIDER_PENDING = "provider_pending"
THROTTLED = "throttled"
# What people are shown as "paused": it goes on by itself, but not soon.
PAUSES = (SPEND_CAP, PROVIDER_PAUSED)


class Hold(Exception):
    """The job is to go on at ``until``. ``bounded``: but not put off for days on end."""

    def __init__(self, code: str, message: str, until: datetime, *, bounded: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.until = until
        self.bounded = bounded
