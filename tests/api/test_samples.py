"""Real and broken files through the door of the API."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem

ClientOf = Callable[[User | None], APIClient]
_FOLDERS = ("broken", "photos", "videos", "documents")


@pytest.mark.samples
@pytest.mark.parametrize("folder", _FOLDERS)
def test_every_file_is_taken_or_refused_with_a_reason(
    api_client: ClientOf, alice: User, samples: Path, folder: str
) -> None:
    client = api_client(alice)
    files = sorted(path for path in (samples / folder).rglob("*") if path.is_file())
    assert files
    for path in files:
        with path.open("rb") as file:
            response = client.post("/api/v1/media/", {"file": file})
        if response.status_code in (413, 415):
            assert response.json()["detail"], path
            continue
        assert response.status_code in (200, 201), (path, response.content)
        _assert_served_harmlessly(client, response.json()["original_url"], path)
    assert not list(Path(settings.PIXTRACT_WORK_DIR).glob("upload-*"))
    assert MediaItem.objects.count() <= len(files)


def _assert_served_harmlessly(client: APIClient, address: str, path: Path) -> None:
    served = client.get(address)
    content = b"".join(served.streaming_content)
    assert hashlib.sha256(content).digest() == hashlib.sha256(path.read_bytes()).digest()
    assert served["Content-Type"].split("/")[0] in ("image", "video", "application")
    for active in ("svg", "html", "xml", "javascript"):
        assert active not in served["Content-Type"]
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
