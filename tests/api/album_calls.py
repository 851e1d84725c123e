"""Albums as a client of the API makes and fills them, with Alice's client and five items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from tests.factories import MediaItemFactory

ALBUMS = "/api/v1/albums/"
Api = Callable[[User | None], APIClient]


@pytest.fixture
def api(alice: User, api_client: Api) -> APIClient:
    return api_client(alice)


@pytest.fixture
def items(alice: User) -> list[MediaItem]:
    """Five items, each newer than the one before."""
    days = [datetime(2024, 5, day, tzinfo=UTC) for day in range(1, 6)]
    return [MediaItemFactory(owner=alice, taken_local=day) for day in days]


def made(api: APIClient, name: str = "Rome", items: Sequence[MediaItem] = ()) -> str:
    answer = api.post(ALBUMS, {"name": name}, "json")
    assert answer.status_code == 201
    address = f"{ALBUMS}{answer.json()['id']}/"
    if items:
        sent(api, f"{address}items/", items)
    return address


def sent(api: APIClient, address: str, items: Sequence[MediaItem], **more: object) -> Any:
    answer = api.post(address, {"ids": [str(item.pk) for item in items], **more}, "json")
    return answer.json()


def names_in(api: APIClient, address: str) -> list[str]:
    return [item["file_name"] for item in api.get(f"{address}items/").json()["results"]]


def names(*items: MediaItem) -> list[str]:
    return [item.file_name for item in items]
