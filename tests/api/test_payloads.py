"""Hostile words in names, descriptions, labels and text: kept as words, or refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem, TextPage
from gallery.services.reading import record_text
from gallery.types import Box, TextLine
from gallery.types import TextPage as PageValue
from tests.factories import MediaItemFactory, picture_bytes

ClientOf = Callable[[User | None], APIClient]
LIST = "/api/v1/media/"
WORDS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% debug %}",
    "'; DROP TABLE gallery_mediaitem; --",
    "\u202egnp.exe\u202c",
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "=HYPERLINK(1)",
    "a\r\nSet-Cookie: x=1",
    "e\u0301\u200d👩\u200d🚀",
    "a\x00b",
    "x" * 10_000,
    "\x1b[31mred",
]


def assert_plain_json(response: Any) -> None:
    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_endless_file_name_is_refused(api_client: ClientOf, alice: User) -> None:
    file = SimpleUploadedFile("x", picture_bytes())
    file._name = "x" * 10_000
    response = api_client(alice).post(LIST, {"file": file})
    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize("words", [*(w for w in WORDS if len(w) < 300), "写" * 251])
def test_file_names(api_client: ClientOf, alice: User, words: str) -> None:
    client = api_client(alice)
    file = SimpleUploadedFile("x", picture_bytes())
    # Past the limits that Django's own class sets.
    file._name = words + ".jpg"
    response = client.post(LIST, {"file": file})
    assert response.status_code == 201, response.json()
    assert_plain_json(response)
    name = response.json()["file_name"]
    assert 0 < len(name) <= 255
    assert name.isprintable()
    assert not {"/", "\\"} & set(name)
    item = MediaItem.objects.get()
    stored = (Path(settings.MEDIA_ROOT) / item.original_key).resolve()
    assert stored.is_relative_to(settings.MEDIA_ROOT)
    assert stored.name == "original.jpg"
    file = client.get(response.json()["original_url"])
    assert b"".join(file.streaming_content) == picture_bytes()
    assert file["Content-Disposition"].isprintable()
    assert "Set-Cookie" not in file


@pytest.mark.parametrize("words", WORDS)
def test_descriptions(api_client: ClientOf, alice: User, words: str) -> None:
    item = MediaItemFactory(owner=alice)
    client = api_client(alice)
    response = client.patch(f"{LIST}{item.pk}/", {"description": words}, format="json")
    if "\x00" in words:
        assert response.status_code == 400
        return
    assert_plain_json(response)
    assert client.get(f"{LIST}{item.pk}/").json()["description"] == words


@pytest.mark.parametrize("words", WORDS)
def test_labels(api_client: ClientOf, alice: User, words: str) -> None:
    item = MediaItemFactory(owner=alice)
    client, address = api_client(alice), f"{LIST}{item.pk}/labels/"
    response = client.post(address, {"name": words}, format="json")
    if len(words) > 100 or any(ord(character) < 32 for character in words):
        assert response.status_code == 400
        return
    assert response.status_code == 201
    for shape in ("pixtract", "rekognition"):
        answer = client.get(address, {"shape": shape})
        assert_plain_json(answer)
    assert [label["name"] for label in client.get(address).json()["labels"]] == [words]


@pytest.mark.parametrize("words", [*WORDS, "\ud800 lone"])
def test_text(api_client: ClientOf, alice: User, words: str) -> None:
    item = MediaItemFactory(owner=alice)
    line = TextLine(words, 90.0, Box(-1.0, 0.0, 9.0, 0.1))
    record_text(item, [PageValue(1, (line,), source="local")])
    client, address = api_client(alice), f"{LIST}{item.pk}/text/"
    response = client.get(address)
    assert_plain_json(response)
    kept = TextPage.objects.get().lines[0]["text"]
    assert response.json()["pages"][0]["lines"][0]["text"] == kept
    assert "\x00" not in kept
    for form in ("txt", "csv", "md"):
        download = client.get(address, {"as": form})
        content = b"".join(download.streaming_content).decode()
        assert download["Content-Type"] == f"text/{_TYPES[form]}; charset=utf-8"
        assert download["Content-Disposition"].startswith("attachment; ")
        if form == "md":
            assert "<" not in content
        if form == "csv":
            cell = list(csv.reader(io.StringIO(content, newline="")))[1][2]
            assert cell[0] not in "=+-@"


_TYPES = {"txt": "plain", "csv": "csv", "md": "markdown"}


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("field", ["label", "category", "q", "cursor", "ordering", "kind"])
def test_words_in_addresses(api_client: ClientOf, alice: User, field: str, words: str) -> None:
    client = api_client(alice)
    for path in (LIST, "/api/v1/labels/", "/api/v1/categories/"):
        response = client.get(path, {field: words})
        assert response.status_code in (200, 400)
        assert response["Content-Type"] in ("application/json", "application/problem+json")
