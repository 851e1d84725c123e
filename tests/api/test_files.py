"""Originals and renditions over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponseBase
from rest_framework.test import APIClient

from accounts.models import User
from gallery import storage
from gallery.models import MediaItem
from gallery.views.files import Unsatisfiable, content_disposition, parse_range, safe_type
from tests.factories import RenditionFactory, picture_bytes, stored_item

ClientOf = Callable[[User | None], APIClient]


def address(item: MediaItem) -> str:
    return f"/api/v1/media/{item.pk}/original/"


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def item(alice: User) -> MediaItem:
    return stored_item(alice)


CONTENT = picture_bytes()
SIZE = len(CONTENT)


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=10-", 10, SIZE - 1),
        ("bytes=-7", SIZE - 7, SIZE - 1),
        (f"bytes=0-{SIZE * 9}", 0, SIZE - 1),
        (f"bytes=-{SIZE * 9}", 0, SIZE - 1),
    ],
)
def test_ranges(
    api_client: ClientOf, alice: User, item: MediaItem, header: str, first: int, last: int
) -> None:
    response = api_client(alice).get(address(item), headers={"Range": header})
    assert response.status_code == 206
    assert body(response) == CONTENT[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", "bytes=-0", "bytes=99999999999-"])
def test_ranges_outside_are_416(
    api_client: ClientOf, alice: User, item: MediaItem, header: str
) -> None:
    response = api_client(alice).get(address(item), headers={"Range": header})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{SIZE}"
    assert response.json()["code"] == "range_not_satisfiable"


@pytest.mark.parametrize("header", ["bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,5-6", "x" * 50])
def test_ranges_that_mean_nothing_are_passed_over(
    api_client: ClientOf, alice: User, item: MediaItem, header: str
) -> None:
    response = api_client(alice).get(address(item), headers={"Range": header})
    assert (response.status_code, body(response)) == (200, CONTENT)


def test_range_is_given_of_the_same_bytes_only(
    api_client: ClientOf, alice: User, item: MediaItem
) -> None:
    client = api_client(alice)
    whole = client.get(address(item))
    body(whole)
    for condition, status in (
        (whole["ETag"], 206),
        (whole["Last-Modified"], 206),
        ('"other"', 200),
        ("W/" + whole["ETag"], 200),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 200),
    ):
        headers = {"Range": "bytes=0-4", "If-Range": condition}
        response = client.get(address(item), headers=headers)
        assert (response.status_code, len(body(response))) == (status, 5 if status == 206 else SIZE)


def test_head_tells_the_size_alone(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    response = api_client(alice).head(address(item))
    assert (response.status_code, response["Content-Length"]) == (200, str(SIZE))
    assert response["Accept-Ranges"] == "bytes"
    assert response.content == b""


def test_unchanged_file_is_304(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    client = api_client(alice)
    tag = client.head(address(item))["ETag"]
    assert client.get(address(item), headers={"If-None-Match": tag}).status_code == 304


def _assert_harmless(response: HttpResponseBase) -> None:
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"].startswith("private, ")
    assert "Content-Encoding" not in response


def test_file_is_private_and_harmless(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    client = api_client(alice)
    for headers in (
        {},
        {"Range": "bytes=0-9"},
        {"Accept": "image/avif", "Accept-Encoding": "gzip"},
    ):
        response = client.get(address(item), headers=headers)
        assert body(response)
        _assert_harmless(response)
        assert response["Content-Type"] == "image/jpeg"
        assert response["Content-Disposition"].startswith("inline; ")
    copy = client.get(address(item), {"download": "1"})
    assert copy["Content-Disposition"].startswith("attachment; ")
    body(copy)


def test_rendition_may_be_kept_for_ever_by_its_version(
    api_client: ClientOf, alice: User, item: MediaItem
) -> None:
    rendition = RenditionFactory(item=item, key=item.original_key)
    client, url = api_client(alice), f"/api/v1/media/{item.pk}/renditions/thumb/"
    for query, caching in (
        (f"?v={rendition.version}", "private, max-age=31536000, immutable, no-transform"),
        ("?v=old", "private, no-cache, no-transform"),
        ("", "private, no-cache, no-transform"),
    ):
        response = client.get(url + query)
        body(response)
        _assert_harmless(response)
        assert (response["Cache-Control"], response["ETag"]) == (caching, f'"{rendition.version}"')
    assert client.get(url, headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fetc%2Fpasswd", "thumb%00", "x" * 500])
def test_rendition_that_is_not_there(
    api_client: ClientOf, alice: User, item: MediaItem, name: str
) -> None:
    url = f"/api/v1/media/{item.pk}/renditions/{name}/"
    response = api_client(alice).get(url)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_lost_bytes_are_a_404(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    storage.delete_stored([item.original_key])
    response = api_client(alice).get(address(item))
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "content_type",
    ["image/svg+xml", "text/html", "text/xml", "application/xhtml+xml", "", "image/png\r\nX: y",
     "application/javascript", "image/png; charset=x"],
)  # fmt: skip
def test_what_a_browser_would_run_is_bytes_to_save(content_type: str) -> None:
    assert safe_type(content_type) == ("application/octet-stream", False)


def test_any_name_fits_the_header() -> None:
    assert content_disposition("día 1.jpg", inline=True) == (
        "inline; filename=\"d_a 1.jpg\"; filename*=UTF-8''d%C3%ADa%201.jpg"
    )
    for name in ('a"; x="', "a\r\nSet-Cookie: x", "\u202egpj.exe", "a\\b", "\x00", "x" * 10_000):
        header = content_disposition(name, inline=False)
        assert header.isprintable()
        assert header.count('"') == 2


def test_range_of_an_empty_file() -> None:
    with pytest.raises(Unsatisfiable):
        parse_range("bytes=0-", 0)
