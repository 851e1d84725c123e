"""Uploads: what is taken, what is refused and why, and that nothing is left behind."""

from __future__ import annotations

import gc
import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tokens import create_api_key
from gallery import storage
from gallery.models import MediaItem
from tests.factories import picture_bytes

ClientOf = Callable[[User | None], APIClient]
LIST = "/api/v1/media/"
SIDECAR = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> object:
    before = set(Path(settings.PIXTRACT_WORK_DIR).iterdir())
    yield
    gc.collect()
    assert set(Path(settings.PIXTRACT_WORK_DIR).iterdir()) == before


def upload(client: APIClient, content: bytes, name: str = "beach.jpg", **fields: object):
    return client.post(LIST, {"file": SimpleUploadedFile(name, content), **fields})


def test_upload_gives_back_identical_bytes(api_client: ClientOf, alice: User) -> None:
    client, content = api_client(alice), picture_bytes()
    response = upload(client, content, description="The pier", taken_at="2020-02-03T04:05:06")
    assert response.status_code == 201, response.json()
    data = response.json()
    assert (data["kind"], data["description"]) == ("photo", "The pier")
    assert data["taken_at"] == "2020-02-03T04:05:06"
    assert data["duplicate"] is False
    assert b"".join(client.get(data["original_url"]).streaming_content) == content


def test_several_files_in_one_request_are_refused_and_none_is_lost_silently(
    api_client: ClientOf, alice: User
) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", picture_bytes(n)) for n in (1, 2)]
    response = api_client(alice).post(LIST, {"file": files})
    assert response.status_code == 400
    assert "file" in response.json()["errors"]
    assert not MediaItem.objects.exists()


def test_same_bytes_again_are_the_same_item(api_client: ClientOf, alice: User) -> None:
    client = api_client(alice)
    first = upload(client, picture_bytes()).json()
    client.delete(first["url"])
    again = upload(client, picture_bytes(), "other-name.jpg")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert (again.json()["id"], again.json()["trashed_at"]) == (first["id"], None)
    assert (first["restored"], again.json()["restored"]) == (False, True)


def test_same_bytes_of_another_user_are_new(api_client: ClientOf, alice: User, bob: User) -> None:
    mine = upload(api_client(alice), picture_bytes())
    theirs = upload(api_client(bob), picture_bytes())
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["id"] != theirs.json()["id"]


def test_type_is_told_by_content(api_client: ClientOf, alice: User) -> None:
    data = upload(api_client(alice), picture_bytes(form="PNG"), "scan.pdf").json()
    assert (data["content_type"], data["file_name"]) == ("image/png", "scan.pdf")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "empty_file"),
        (b"just words", 415, "unsupported_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", 415, "unsupported_type"),
        (b"<html><script>alert(1)</script>", 415, "unsupported_type"),
        (SIDECAR, 415, "lonely_sidecar"),
    ],
)
def test_other_files_are_refused(
    api_client: ClientOf, alice: User, content: bytes, status: int, code: str
) -> None:
    response = upload(api_client(alice), content)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert not MediaItem.objects.exists()


@pytest.mark.parametrize("size", [2000, 3 << 20])
def test_too_large_is_413(api_client: ClientOf, alice: User, settings: object, size: int) -> None:
    settings.PIXTRACT_MAX_UPLOAD_BYTES = 1000
    response = upload(api_client(alice), picture_bytes() + bytes(size))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert not MediaItem.objects.exists()


def test_sidecar_comes_along(api_client: ClientOf, alice: User) -> None:
    sidecar = SimpleUploadedFile("beach.xmp", SIDECAR)
    assert upload(api_client(alice), picture_bytes(), sidecar=sidecar).status_code == 201
    with storage.open_stored(MediaItem.objects.get().sidecar_key) as stored:
        assert stored.read() == SIDECAR


def test_false_sidecar_is_refused(api_client: ClientOf, alice: User) -> None:
    sidecar = SimpleUploadedFile("beach.xmp", b"<html>")
    response = upload(api_client(alice), picture_bytes(), sidecar=sidecar)
    assert (response.status_code, response.json()["code"]) == (415, "bad_sidecar")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "multipart/form-data; boundary=x", 400),
        (b"junk", "multipart/form-data; boundary=x", 400),
        (b"junk", "multipart/form-data", 400),
        (b"file=beach.jpg", "application/x-www-form-urlencoded", 415),
        (b"\xff\xd8\xff", "image/jpeg", 415),
    ],
)
def test_bodies_that_hold_no_file(
    api_client: ClientOf, alice: User, body: bytes, content_type: str, status: int
) -> None:
    response = api_client(alice).post(LIST, data=body, content_type=content_type)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"


def test_file_must_be_a_file(api_client: ClientOf, alice: User) -> None:
    response = api_client(alice).post(LIST, {"file": "beach.jpg"})
    assert (response.status_code, list(response.json()["errors"])) == (400, ["file"])


def test_token_uploads_without_cookies(alice: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(alice, 'phone')[1]}")
    assert upload(client, picture_bytes()).status_code == 201


def test_session_uploads_need_the_csrf_token(alice: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    refused = upload(client, picture_bytes())
    assert refused.status_code == 403
    assert not MediaItem.objects.exists()
    token = client.cookies["csrftoken"] = "t" * 32
    file = SimpleUploadedFile("a.jpg", picture_bytes())
    sent = client.post(LIST, {"file": file}, headers={"X-CSRFToken": token})
    assert sent.status_code == 201
    file = SimpleUploadedFile("b.jpg", picture_bytes(2))
    assert client.post(LIST, {"file": file, "csrfmiddlewaretoken": token}).status_code == 201


class _Vanishing(io.BytesIO):
    """A body whose sender goes away in the middle."""

    def read(self, size: int | None = -1) -> bytes:
        if data := super().read(size):
            return data
        raise ConnectionResetError


def test_broken_upload_leaves_nothing(api_client: ClientOf, alice: User) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="sidecar"; filename="a.xmp"\r\n\r\n'
        + SIDECAR
        + b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        + picture_bytes() * 1000
    )
    response = api_client(alice).post(
        LIST,
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": _Vanishing(body), "CONTENT_LENGTH": str(len(body) * 2)},
    )
    assert response.status_code == 400
    assert not MediaItem.objects.exists()


def _envelope(content: bytes) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    return head + content


class _Endless(io.RawIOBase):
    """A long body made as it is read."""

    def __init__(self, start: bytes, middle: int, end: bytes) -> None:
        self.parts, self.middle, self.end = io.BytesIO(start), middle, io.BytesIO(end)

    def read(self, size: int = -1) -> bytes:
        if data := self.parts.read(size):
            return data
        count = min(size, self.middle)
        self.middle -= count
        return bytes(count) or self.end.read(size)


def test_long_upload_is_never_whole_in_memory(alice: User) -> None:
    start, middle, end = (
        _envelope(b"\x00\x00\x00\x18ftypmp42" + bytes(12)),
        64 << 20,
        b"\r\n--x--\r\n",
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(alice, 'phone')[1]}")
    tracemalloc.start()
    response = client.post(
        LIST,
        content_type="multipart/form-data; boundary=x",
        **{
            "wsgi.input": _Endless(start, middle, end),
            "CONTENT_LENGTH": str(len(start) + middle + len(end)),
        },
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert response.status_code == 201, response.json()
    assert response.json()["size_bytes"] > middle
    assert peak < 8 << 20


def test_body_that_ends_early_is_no_file(api_client: ClientOf, alice: User) -> None:
    body = _envelope(picture_bytes())
    response = api_client(alice).post(
        LIST,
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body) * 2)},
    )
    assert response.status_code == 400
    assert not MediaItem.objects.exists()
