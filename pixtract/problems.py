"""Every error of the API as a problem document (RFC 9457) with a stable ``code``."""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views import defaults
from django.views.csrf import csrf_failure as csrf_page
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from gallery.services.albums import AlbumRefused
from gallery.services.uploads import UploadRefused
from gallery.storage import StoreUnavailable

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
_DRAINED_BYTES = 64 << 20
STORE_UNAVAILABLE = (503, "store_unavailable", "The store of files does not answer. Try again.")


def problem(
    status: int, code: str, detail: str, errors: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The document. ``errors`` holds lists of messages by field."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return document | ({"errors": errors} if errors else {})


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler; None leaves a bug to the 500 handler."""
    error = _as_api_exception(exc)
    if error is None:
        return None
    if isinstance(exc, RequestDataTooBig):
        _drain(context["request"])
    response = exception_handler(error, context)
    if response is None:
        return None
    response.data = _document(error)
    if error.status_code == 503:
        response["Retry-After"] = "1"
    response.content_type = CONTENT_TYPE
    return response


def _as_api_exception(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404):
        return exceptions.NotFound(str(exc) or "There is nothing at this address.")
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, ValidationError):
        return exceptions.ValidationError({"non_field_errors": exc.messages})
    if isinstance(exc, UploadRefused | AlbumRefused):
        return _raised(exc.status, exc.code, exc.message)
    if isinstance(exc, OSError) and exc.errno in (errno.ENOSPC, errno.EDQUOT):
        logger.error("no space left for uploads", exc_info=exc)
        return _raised(507, "storage_full", "There is no space left to store files.")
    if isinstance(exc, StoreUnavailable):
        logger.error("store of files not available", exc_info=exc)
        return _raised(*STORE_UNAVAILABLE)
    return _of_request(exc)


def _of_request(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, RequestDataTooBig):
        return _raised(413, "too_large", str(exc) or "The request is too large.")
    if isinstance(exc, MultiPartParserError | UnreadablePostError | SuspiciousOperation):
        return _raised(400, "malformed_request", "The request could not be read.")
    if isinstance(exc, IntegrityError):
        logger.warning("conflicting write", exc_info=exc)
        return _raised(409, "conflict", "Something else changed this at the same time.")
    if isinstance(exc, OperationalError):
        logger.error("database not available", exc_info=exc)
        return _raised(503, "unavailable", "The database is busy. Try again.")
    return None


def _raised(status: int, code: str, detail: str) -> exceptions.APIException:
    error = exceptions.APIException(detail, code)
    error.status_code = status
    return error


def _document(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"request": error.detail}
        return problem(error.status_code, "invalid", "Some values are not right.", fields)
    return problem(error.status_code, str(error.get_codes()), str(error.detail))


def _drain(request: Request) -> None:
    """Read what a client still sends: one whose connection is cut never sees the answer."""
    http_request: HttpRequest = request._request
    if int(request.META.get("CONTENT_LENGTH") or 0) > _DRAINED_BYTES:
        return
    try:
        while http_request.read(1 << 16):
            pass
    except UnreadablePostError:
        logger.info("client went away during its upload")


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def plain_problem(status: int, code: str, detail: str) -> JsonResponse:
    """The problem as the answer of a view that is none of REST framework's."""
    return JsonResponse(problem(status, code, detail), status=status, content_type=CONTENT_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler400."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return plain_problem(413, "too_large", "The request is too large.")
    return plain_problem(400, "malformed_request", "The request could not be read.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler403."""
    if not _is_api(request):
        return defaults.permission_denied(request, exception)
    return plain_problem(403, "permission_denied", "You may not do this.")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler404."""
    if not _is_api(request):
        return defaults.page_not_found(request, exception)
    return plain_problem(404, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500; the log has the cause."""
    if not _is_api(request):
        return defaults.server_error(request)
    return plain_problem(500, "internal_error", "Something went wrong here. It has been logged.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """What Django's CSRF middleware answers."""
    if not _is_api(request):
        return csrf_page(request, reason)
    return plain_problem(403, "csrf_failed", "The CSRF token is missing or wrong.")
