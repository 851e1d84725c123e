"""A client of uploads in parts, as the pages' own is one."""

from __future__ import annotations

import base64
import hashlib
import random
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from defusedxml import ElementTree
from django.test import Client
from rest_framework.test import APIClient

from gallery.models import Upload
from tests.factories import picture_bytes

BASE = "/api/v1/uploads/"
MIB = 1 << 20


@dataclass
class Answer:
    """What the store said, whichever it is."""

    status_code: int
    content: bytes
    headers: Mapping[str, str]


def ask_store(
    method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a request to where it was signed for, without any session: the address permits it."""
    if url.startswith("/"):
        found = Client().generic(
            method, url, body, "application/octet-stream", headers=dict(headers or {})
        )
        return Answer(found.status_code, found.content, found.headers)
    request = urllib.request.Request(  # noqa: S310 - a server of the tests
        url,
        body or None,
        {"Content-Type": "application/octet-stream"} | dict(headers or {}),
        method=method,
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return Answer(answer.status, answer.read(), answer.headers)
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read(), error.headers)


def large_file(seed: int = 1, size: int = 17 * MIB + 5) -> bytes:
    """A JPEG to look at its first bytes; three parts long."""
    head = picture_bytes(seed)
    return head + random.Random(seed).randbytes(size - len(head))  # noqa: S311 - no secret


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def md5_of(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


class Sender:
    """Sends a file by the protocol, as the pages' client does."""

    def __init__(self, client: APIClient, content: bytes, name: str = "beach.jpg") -> None:
        self.client, self.content, self.name = client, content, name
        self.opened: dict[str, Any] = {}
        self.etags: dict[int, str] = {}

    def open(self, **more: object) -> Any:
        said = {"file_name": self.name, "size": len(self.content)}
        said |= {"sha256": sha256_of(self.content)}
        response = self.client.post(BASE, said | more, format="json")
        if response.status_code in (200, 201):
            self.opened = response.json()
        return response

    @property
    def url(self) -> str:
        return f"{BASE}{self.opened['id']}/"

    @property
    def row(self) -> Upload:
        return Upload.objects.get(pk=self.opened["id"])

    def sign(self, method: str, number: int = 0, md5: str = "") -> Any:
        wish = {"method": method, "part_number": number} | ({"md5": md5} if md5 else {})
        return self.client.post(f"{self.url}sign/", wish, format="json")

    def piece(self, number: int) -> bytes:
        size = self.opened["part_bytes"]
        return self.content[(number - 1) * size : number * size] if size else self.content

    def put(self, number: int, body: bytes | None = None) -> Answer:
        """Send a part; ``body`` instead of the one that was signed for."""
        signed = self.sign("PUT", number, md5_of(self.piece(number))).json()
        sent = self.piece(number) if body is None else body
        answer = ask_store("PUT", signed["url"], sent, signed["headers"])
        if answer.status_code == 200:
            self.etags[number] = answer.headers["ETag"]
        return answer

    def listed(self) -> dict[int, str]:
        root = ElementTree.fromstring(ask_store("GET", self.sign("GET").json()["url"]).content)
        return {
            int(part.findtext("{*}PartNumber", "")): part.findtext("{*}ETag", "")
            for part in root.iterfind("{*}Part")
        }

    def complete(self, etags: dict[int, str] | None = None) -> Answer:
        rows = [
            f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
            for number, etag in sorted((etags or self.etags).items())
        ]
        body = f"<CompleteMultipartUpload>{''.join(rows)}</CompleteMultipartUpload>"
        url = self.sign("POST").json()["url"]
        return ask_store("POST", url, body.encode(), {"Content-Type": "application/xml"})

    def finish(self) -> Any:
        return self.client.post(f"{BASE}finish/", {"id": self.opened["id"]}, format="json")

    def send_all(self, **more: object) -> Any:
        assert self.open(**more).status_code == 201
        if self.opened["part_bytes"]:
            for number in range(1, 4):
                assert self.put(number).status_code == 200
            assert self.complete().status_code == 200
        else:
            assert self.put(0).status_code == 200
        return self.finish()

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get(self.url).json()
        return answer
