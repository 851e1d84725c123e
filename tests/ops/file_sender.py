"""Sends a file in parts to a running product, over connections that break."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from defusedxml import ElementTree

from tests.factories import picture_bytes

BASE = "/api/v1/uploads/"
_CHUNK = 1 << 20


def write_file(path: Path, size: int) -> str:
    """Write a file that looks like a JPEG at its beginning; returns its SHA-256."""
    digest, noise = hashlib.sha256(), random.Random(size)  # noqa: S311 - no secrets
    blocks = [noise.randbytes(_CHUNK) for _ in range(7)]
    with path.open("wb") as file:
        for number in range(-(-size // _CHUNK)):
            # Seven blocks in turn, each marked by its place: no two parts are alike.
            block = number.to_bytes(8, "big") + blocks[number % 7][8:]
            block = (picture_bytes() + block if number == 0 else block)[:_CHUNK]
            block = block[: size - number * _CHUNK]
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


class FileSender:
    """A client with nothing but the file: whatever else it must know, it asks for."""

    def __init__(self, port: int, token: str, path: Path, sha256: str) -> None:
        self.port, self.token, self.path, self.sha256 = port, token, path, sha256
        self.size = path.stat().st_size
        self.parts_sent: list[int] = []
        self.upload: dict[str, Any] = {}

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = b"" if body is None else json.dumps(body).encode()
        status, answer = self._ask(method, path, data, headers)
        assert status < 300, (status, answer[:500])
        found: dict[str, Any] = json.loads(answer or b"{}")
        return found

    def _ask(
        self, method: str, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        connection, target = self._connection(url)
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _connection(self, url: str) -> tuple[http.client.HTTPConnection, str]:
        parts = urlsplit(url)
        host = parts.netloc or f"127.0.0.1:{self.port}"
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return http.client.HTTPConnection(host, timeout=120), target

    def open(self) -> dict[str, Any]:
        said = {"file_name": self.path.name, "size": self.size, "sha256": self.sha256}
        self.upload = self.call("POST", BASE, said)
        return self.upload

    def sign(self, method: str, number: int = 0, md5: str = "") -> dict[str, Any]:
        wish = {"method": method, "part_number": number} | ({"md5": md5} if md5 else {})
        return self.call("POST", f"{BASE}{self.upload['id']}/sign/", wish)

    def _piece(self, number: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek((number - 1) * self.upload["part_bytes"])
            return file.read(self.upload["part_bytes"])

    def put(self, number: int, *, cut: bool = False) -> None:
        """Send a part; with ``cut`` the connection ends in the middle of it."""
        piece = self._piece(number)
        md5 = base64.b64encode(hashlib.md5(piece, usedforsecurity=False).digest()).decode()
        signed = self.sign("PUT", number, md5)
        headers = {**signed["headers"], "Content-Type": "application/octet-stream"}
        if cut:
            self._cut(signed["url"], piece, headers)
            return
        status, answer = self._ask("PUT", signed["url"], piece, headers)
        assert status == 200, (status, answer[:500])
        self.parts_sent.append(number)

    def _cut(self, url: str, piece: bytes, headers: dict[str, str]) -> None:
        connection, target = self._connection(url)
        connection.putrequest("PUT", target)
        for name, value in {**headers, "Content-Length": str(len(piece))}.items():
            connection.putheader(name, value)
        connection.endheaders(piece[: len(piece) // 2])
        connection.close()

    def listed(self) -> dict[int, str]:
        """ETags by number of the parts that the store has; a bucket tells them by the thousand."""
        return dict(self._parts(self.sign("GET")["url"]))

    def _parts(self, url: str) -> Iterator[tuple[int, str]]:
        status, answer = self._ask("GET", url, b"", {})
        assert status == 200, (status, answer[:500])
        for part in ElementTree.fromstring(answer).iterfind("{*}Part"):
            yield int(part.findtext("{*}PartNumber")), part.findtext("{*}ETag")

    @property
    def part_count(self) -> int:
        return -(-self.size // self.upload["part_bytes"])

    def send_missing(self, up_to: float = 1.0) -> None:
        """Send what is not there yet, up to a share of the parts."""
        have = self.listed()
        for number in range(1, int(self.part_count * up_to) + 1):
            if number not in have:
                self.put(number)

    def complete(self) -> None:
        rows = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
            for number, etag in sorted(self.listed().items())
        )
        body = f"<CompleteMultipartUpload>{rows}</CompleteMultipartUpload>".encode()
        headers = {"Content-Type": "application/xml"}
        status, answer = self._ask("POST", self.sign("POST")["url"], body, headers)
        assert status == 200, (status, answer[:500])

    def finish(self, seconds: float) -> dict[str, Any]:
        """Say that all is sent, and wait for what comes of it."""
        self.call("POST", f"{BASE}finish/", {"id": self.upload["id"]})
        deadline = time.monotonic() + seconds
        while (state := self.call("GET", f"{BASE}{self.upload['id']}/"))["state"] == "verifying":
            assert time.monotonic() < deadline, "the check took too long"
            time.sleep(0.2)
        return state

    def downloaded_sha256(self, item: str) -> str:
        """The hash of what the product hands out, wherever it leads to."""
        headers = {"Authorization": f"Bearer {self.token}"}
        connection, target = self._connection(f"/api/v1/media/{item}/original/")
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        if response.status == 302:
            connection, target = self._connection(response.headers["Location"])
            # The signature is the permission; ours must not be sent to a stranger.
            connection.request("GET", target)
            response = connection.getresponse()
        assert response.status == 200, response.status
        digest = hashlib.sha256()
        while chunk := response.read(_CHUNK):
            digest.update(chunk)
        connection.close()
        return digest.hexdigest()
