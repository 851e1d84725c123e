"""Where parts are sent when the store is a folder: the few requests of S3 that clients need.

The token in the address is the permission, as a signature is with a bucket. Bodies go to
the disk as they arrive; nothing reads them whole.
"""

from __future__ import annotations

import errno
import logging
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from gallery.models import Upload, UploadState
from gallery.parts import folder
from gallery.parts.tokens import BadToken, Grant, grant_of
from gallery.parts.types import MAX_PARTS
from gallery.services.upload_sessions import arriving_of

logger = logging.getLogger(__name__)
_LIST_BYTES = 4 << 20
_DRAINED_BYTES = 64 << 20


class Refused(Exception):
    """An answer in S3's words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@method_decorator(csrf_exempt, name="dispatch")
class UploadPartsView(View):
    """One request of S3's multipart protocol, for one upload."""

    http_method_names = ["put", "get", "post", "delete"]
    grant: Grant
    upload: Upload

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self._admit(request, str(kwargs["token"]))
            response = super().dispatch(request, *args, **kwargs)
        except Refused as error:
            _drain(request)
            return _error(error.status, error.code, str(error))
        except folder.BadPart as error:
            _drain(request)
            return _error(400, error.code, str(error))
        except FileNotFoundError:
            return _error(404, "NoSuchUpload", "There is no such upload.")
        except UnreadablePostError:
            return _error(400, "IncompleteBody", "The connection ended before the part did.")
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            return _error(507, "InsufficientStorage", "There is no space left to store files.")
        response["Cache-Control"] = "no-store"
        return response  # type: ignore[return-value]

    def _admit(self, request: HttpRequest, token: str) -> None:
        try:
            self.grant = grant_of(token)
        except BadToken as error:
            raise Refused(403, "AccessDenied", str(error)) from error
        if request.method != self.grant.method:
            raise Refused(403, "AccessDenied", "The address is for another request.")
        upload = Upload.objects.filter(
            pk=self.grant.upload_id, owner=self.grant.owner_id, owner__is_active=True
        ).first()
        if upload is None or upload.state == UploadState.FAILED:
            raise Refused(404, "NoSuchUpload", "There is no such upload.")
        self.upload = upload

    def put(self, request: HttpRequest, token: str) -> HttpResponse:
        self._still_open()
        etag = folder.write_part(
            arriving_of(self.upload),
            self.grant.part_number,
            self.grant.md5,
            _length(request),
            request,
        )
        return HttpResponse(headers={"ETag": f'"{etag}"'})

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        parts = folder.listed(arriving_of(self.upload))
        if parts is None:
            raise FileNotFoundError
        root = self._root("ListPartsResult")
        for part in parts:
            entry = SubElement(root, "Part")
            SubElement(entry, "PartNumber").text = str(part.number)
            SubElement(entry, "ETag").text = f'"{part.etag}"'
            SubElement(entry, "Size").text = str(part.size_bytes)
        SubElement(root, "IsTruncated").text = "false"
        return _xml(root)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if _length(request) > _LIST_BYTES:
            raise Refused(413, "MaxMessageLengthExceeded", "The list is too long.")
        wanted = _wanted(request.read(_LIST_BYTES))
        # Told again after its answer was lost: by then the parts may be one file already.
        told_before = self.upload.state != UploadState.UPLOADING
        if not told_before and not folder.holds(arriving_of(self.upload), wanted):
            raise Refused(400, "InvalidPart", "The parts are not those that are here.")
        root = self._root("CompleteMultipartUploadResult")
        SubElement(root, "Location").text = f"/{self.upload.key}"
        SubElement(root, "ETag").text = f'"{self.upload.pk.hex}-{self.upload.part_bytes}"'
        return _xml(root)

    def delete(self, request: HttpRequest, token: str) -> HttpResponse:
        self._still_open()
        folder.discard(arriving_of(self.upload))
        return HttpResponse(status=204)

    def _still_open(self) -> None:
        if self.upload.state != UploadState.UPLOADING:
            raise Refused(404, "NoSuchUpload", "There is no such upload.")

    def _root(self, name: str) -> Element:
        root = Element(name)
        SubElement(root, "Key").text = self.upload.key
        SubElement(root, "UploadId").text = self.upload.pk.hex
        return root


def _drain(request: HttpRequest) -> None:
    """Read what a client still sends: one whose connection is cut never sees the answer."""
    rest = _DRAINED_BYTES
    try:
        while rest > 0 and (chunk := request.read(1 << 16)):
            rest -= len(chunk)
    except UnreadablePostError:
        logger.info("client went away while it sent a part")


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        raise Refused(411, "MissingContentLength", "The request must say its length.")
    return int(length)


def _wanted(body: bytes) -> list[tuple[int, str]]:
    """Numbers and ETags of a list of parts."""
    try:
        root = ElementTree.fromstring(body)
        entries = [entry for entry in root if entry.tag.endswith("Part")][: MAX_PARTS + 1]
        return [
            (int(_text(part, "PartNumber")), _text(part, "ETag").strip('"')) for part in entries
        ]
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise Refused(400, "MalformedXML", "The list of parts cannot be read.") from error


def _text(part: Element, name: str) -> str:
    found = next((child for child in part if child.tag.endswith(name)), None)
    return (found.text or "") if found is not None else ""


def _xml(root: Element, status: int = 200) -> HttpResponse:
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, status=status, content_type="application/xml")


def _error(status: int, code: str, message: str) -> HttpResponse:
    root = Element("Error")
    SubElement(root, "Code").text = code
    SubElement(root, "Message").text = message
    return _xml(root, status)
