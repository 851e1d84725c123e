"""What tests of uploads in parts share: a sender's client, and what has arrived."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem

ClientOf = Callable[[User | None], APIClient]


@pytest.fixture(autouse=True)
def nothing_arrived_before() -> None:
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "incoming", ignore_errors=True)


@pytest.fixture
def alices(api_client: ClientOf, alice: User) -> APIClient:
    return api_client(alice)


def stored(item: MediaItem) -> bytes:
    with default_storage.open(item.original_key) as file:
        return bytes(file.read())


def arrived_files() -> list[Path]:
    incoming = Path(settings.MEDIA_ROOT) / "incoming"
    return [path for path in incoming.rglob("*") if path.is_file()]
