"""What pages answer while the store of files is away."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from gallery.storage import StoreUnavailable
from pixtract.problems import STORE_UNAVAILABLE, plain_problem

logger = logging.getLogger(__name__)


class OutageMiddleware:
    """Turns StoreUnavailable into 503: nothing is wrong with the request, nor with us."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if not isinstance(exception, StoreUnavailable):
            return None
        logger.error("store of files not available", exc_info=exception)
        if request.path_info.startswith("/api/"):
            return plain_problem(*STORE_UNAVAILABLE)
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "30"
        return response
