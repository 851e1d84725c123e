"""Signed addresses that stay the same for a while, so that browsers can keep them."""

from __future__ import annotations

import time
from typing import Any

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest

_STAMP = "%Y%m%dT%H%M%SZ"


class RoundedAuth(S3SigV4QueryAuth):
    """A signature as of a moment that is given, not of now."""

    def __init__(self, credentials: Any, region: str, expires: int, moment: float) -> None:
        super().__init__(credentials, "s3", region, expires=expires)
        self._stamp = time.strftime(_STAMP, time.gmtime(moment))

    def _modify_request_before_signing(self, request: Any) -> None:
        # The signer has just put the present second here; everything signed is read from it.
        request.context["timestamp"] = self._stamp
        super()._modify_request_before_signing(request)  # type: ignore[misc]


def sign_link(url: str, credentials: Any, region: str, seconds: int) -> tuple[str, int]:
    """Sign ``url`` for GET; returns it, and for how many seconds it may be remembered.

    The time of signing is rounded down to a quarter of ``seconds``: at the end of the
    seconds to remember, at least half of ``seconds`` are left.
    """
    step = max(seconds // 4, 1)
    request = AWSRequest(method="GET", url=url)
    moment = int(time.time()) // step * step
    RoundedAuth(credentials, region, seconds, moment).add_auth(request)
    return str(request.url), step
