"""The text of an item."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from tests.factories import MediaItemFactory, TextPageFactory, text_line

ClientOf = Callable[[User | None], APIClient]


@pytest.fixture
def item(alice: User) -> MediaItem:
    item = MediaItemFactory(owner=alice, file_name="Büro.pdf")
    TextPageFactory(item=item, number=1, lines=[text_line("Total due"), text_line("=1+1")])
    TextPageFactory(item=item, number=2, lines=[text_line("<script>alert(1)</script> # x")])
    return item


def address(item: MediaItem) -> str:
    return f"/api/v1/media/{item.pk}/text/"


def test_shape(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    data = api_client(alice).get(address(item)).json()
    assert data["text"] == "Total due\n=1+1\f<script>alert(1)</script> # x"
    assert [page["number"] for page in data["pages"]] == [1, 2]
    line = data["pages"][0]["lines"][0]
    assert line["box"] == [0.1, 0.1, 0.8, 0.05]
    assert [word["text"] for word in line["words"]] == ["Total", "due"]
    assert (data["fields"], data["tables"]) == ([], [])
    one = api_client(alice).get(address(item), {"page": 2}).json()
    assert [page["number"] for page in one["pages"]] == [2]


def test_item_without_text(api_client: ClientOf, alice: User) -> None:
    data = api_client(alice).get(address(MediaItemFactory(owner=alice))).json()
    assert (data["pages"], data["text"]) == ([], "")


def download(client: APIClient, item: MediaItem, form: str) -> str:
    response = client.get(address(item), {"as": form})
    assert response["Content-Disposition"].startswith("attachment; ")
    assert f"B%C3%BCro.{form}" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    return b"".join(response.streaming_content).decode()


def test_downloads(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    client = api_client(alice)
    assert download(client, item, "txt").startswith("Total due\n=1+1\n\f<script>")
    rows = list(csv.reader(io.StringIO(download(client, item, "csv"))))
    assert rows[0][:4] == ["page", "line", "text", "confidence"]
    assert rows[2][:3] == ["1", "2", "'=1+1"]
    markdown = download(client, item, "md")
    assert "<" not in markdown
    assert "\\# x" in markdown


@pytest.mark.parametrize("query", ["as=exe", "page=0", "page=x", "page=99999999999"])
def test_senseless_parameters_are_told(
    api_client: ClientOf, alice: User, item: MediaItem, query: str
) -> None:
    response = api_client(alice).get(f"{address(item)}?{query}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_strangers_find_nothing(
    api_client: ClientOf, bob: User, carol: User, item: MediaItem
) -> None:
    for stranger in (bob, carol):
        for query in ({}, {"as": "txt"}):
            assert api_client(stranger).get(address(item), query).status_code == 404
    assert api_client(None).get(address(item)).status_code == 401


@pytest.mark.parametrize("query", ["as=csv&table=9", "as=md&table=9", "table=9"])
def test_a_table_that_is_not_there_is_a_problem(
    api_client: ClientOf, alice: User, item: MediaItem, query: str
) -> None:
    response = api_client(alice).get(f"{address(item)}?{query}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "table 9" in response.json()["detail"]
