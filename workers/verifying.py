"""Checks uploads that have arrived, one after the other, under a lease each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from gallery.models import Upload
from gallery.services import verification
from workers.leases import keeper

logger = logging.getLogger(__name__)


def verify_arrived(*, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """Check uploads until there are none, time is up or ``should_stop()`` says so.

    Returns whether some may be left.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not should_stop():
        upload = verification.claim_next()
        if upload is None:
            return False
        _verify(upload)
    return True


def _verify(upload: Upload) -> None:
    started = time.monotonic()
    if upload.lease_token is None:
        raise ValueError("an unclaimed upload cannot be checked")
    with keeper.holding(upload.lease_token):
        result = verification.verify(upload)
    logger.info(
        "upload checked",
        extra={
            "upload": upload.pk,
            "result": result,
            "bytes": upload.size_bytes,
            "seconds": round(time.monotonic() - started, 3),
        },
    )
