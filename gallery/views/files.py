"""Stored bytes over HTTP: ranges, validators, and no way to run what a stranger uploaded."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.request import HttpRequest
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from gallery import storage

logger = logging.getLogger(__name__)
_CHUNK = 256 * 1024
_LINK_SECONDS = 300
_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")
_PICTURE = re.compile(r"image/(?!svg)[\w.-]+\Z")
_MOVIE = re.compile(r"video/[\w.-]+\Z")
REVALIDATE = "private, no-cache, no-transform"
AN_HOUR = "private, max-age=3600, no-transform"
FOR_EVER = "private, max-age=31536000, immutable, no-transform"


@dataclass(frozen=True, slots=True)
class ServedFile:
    """What to serve. ``etag`` is without quotes and changes whenever the bytes do.

    ``by_link`` sends the client to the store itself, where that is no folder: for files that
    are large, or wanted rarely. The others keep one address, under which browsers cache them.
    """

    key: str
    content_type: str
    etag: str
    file_name: str
    modified_at: datetime | None = None
    cache_control: str = REVALIDATE
    by_link: bool = False

    @property
    def modified(self) -> int | None:
        """Seconds since the epoch, for files whose bytes never change."""
        return int(self.modified_at.timestamp()) if self.modified_at else None


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes ``start`` to ``end``, both counted in."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1


class Unsatisfiable(Exception):
    """The range lies outside the file."""


def serve(request: HttpRequest, file: ServedFile, *, download: bool = False) -> HttpResponseBase:
    """Answer GET or HEAD for a stored file.

    Raises Http404 when its bytes are gone, StoreUnavailable when nobody can tell.
    """
    unchanged = get_conditional_response(
        request, etag=f'"{file.etag}"', last_modified=file.modified
    )
    if unchanged is not None and unchanged.status_code in (304, 412):
        return _with_headers(unchanged, file, download=download)
    try:
        response = _answer(request, file, download=download)
    except FileNotFoundError as error:
        logger.exception("stored file is missing", extra={"key": file.key})
        raise Http404("The file's bytes are not there.") from error
    return _with_headers(response, file, download=download)


def _answer(request: HttpRequest, file: ServedFile, *, download: bool) -> HttpResponseBase:
    if request.method == "GET" and "Range" not in request.headers and not file.by_link:
        return _whole(file)
    size = storage.stored_size(file.key)
    link = _link(file, download=download) if request.method == "GET" else None
    return link or _body(request, file, size)


def _whole(file: ServedFile) -> HttpResponseBase:
    opened, size = storage.open_sized(file.key)
    response = FileResponse(opened)
    response["Content-Length"] = str(size)
    return response


def _link(file: ServedFile, *, download: bool) -> HttpResponseBase | None:
    """Send the client to the store; HEAD is not, since a link is signed for one method."""
    if not file.by_link:
        return None
    content_type, inline = safe_type(file.content_type)
    disposition = content_disposition(file.file_name, inline=inline and not download)
    link = storage.link_to(file.key, content_type=content_type, disposition=disposition)
    if link is None:
        return None
    response = HttpResponseRedirect(link.url)
    response["Cache-Control"] = f"private, max-age={min(link.keep_seconds, _LINK_SECONDS)}"
    return response


def _body(request: HttpRequest, file: ServedFile, size: int) -> HttpResponseBase:
    try:
        wanted = _wanted_range(request, file, size)
    except Unsatisfiable:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    if request.method == "HEAD":
        head = HttpResponse()
        head["Content-Length"] = str(size)
        return head
    if wanted is None:
        return _whole(file)
    return _partial(file.key, wanted, size)


def _partial(key: str, wanted: ByteRange, size: int) -> HttpResponseBase:
    response = StreamingHttpResponse(_slice(key, wanted), status=206)
    response["Content-Range"] = f"bytes {wanted.start}-{wanted.end}/{size}"
    response["Content-Length"] = str(wanted.length)
    return response


def _slice(key: str, wanted: ByteRange) -> Iterator[bytes]:
    # Opened here, since an answer that nobody reads is never closed from within.
    with storage.open_part(key, wanted.start, wanted.length) as opened:
        left = wanted.length
        while left and (chunk := opened.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _wanted_range(request: HttpRequest, file: ServedFile, size: int) -> ByteRange | None:
    header = request.headers.get("Range", "").strip()
    if request.method != "GET" or not header or not _range_is_current(request, file):
        return None
    return parse_range(header, size)


def parse_range(header: str, size: int) -> ByteRange | None:
    """Return the bytes asked for, None for a header to be ignored; raises Unsatisfiable.

    Several ranges at once are answered by the whole file, which the standard allows.
    """
    match = _ONE_RANGE.match(header.replace(" ", ""))
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        start, end = max(size - int(match[2]), 0), size - 1
        if int(match[2]) == 0:
            raise Unsatisfiable
    else:
        start, end = int(match[1]), min(int(match[2] or size), size - 1)
        if match[2] and int(match[2]) < start:
            return None
    if start >= size:
        raise Unsatisfiable
    return ByteRange(start, end)


def _range_is_current(request: HttpRequest, file: ServedFile) -> bool:
    """If-Range: the client wants a part only of the very bytes that it has begun with."""
    condition = request.headers.get("If-Range", "").strip()
    if not condition:
        return True
    if condition.startswith('"'):
        return condition == f'"{file.etag}"'
    return file.modified is not None and parse_http_date_safe(condition) == file.modified


def _with_headers(
    response: HttpResponseBase, file: ServedFile, *, download: bool
) -> HttpResponseBase:
    if response.status_code == 302:
        return response
    content_type, inline = safe_type(file.content_type)
    if response.status_code in (200, 206):
        response["Content-Type"] = content_type
        response["Content-Disposition"] = content_disposition(
            file.file_name, inline=inline and not download
        )
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{file.etag}"'
    if file.modified is not None:
        response["Last-Modified"] = http_date(file.modified)
    response["Cache-Control"] = REVALIDATE if response.status_code == 416 else file.cache_control
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def safe_type(content_type: str) -> tuple[str, bool]:
    """Return the media type to send, and whether a browser may show it in place.

    Whatever is no picture, film or PDF goes out as bytes to save: never as something that
    a browser would run. PDFs are saved, too, since viewers do not open inside a sandbox.
    """
    if _PICTURE.match(content_type) or _MOVIE.match(content_type):
        return content_type, True
    if content_type == "application/pdf":
        return content_type, False
    return "application/octet-stream", False


def content_disposition(file_name: str, *, inline: bool) -> str:
    """The header for any file name: an ASCII form, and the name itself (RFC 6266)."""
    kind = "inline" if inline else "attachment"
    name = "".join(c if c.isprintable() else "_" for c in file_name).strip() or "file"
    plain = re.sub(r'[^\x20-\x7e]|["\\%;/]', "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
