"""NUL, which PostgreSQL takes in no text: refused or ignored wherever a client may put it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User

ClientOf = Callable[[User | None], APIClient]
PAGES = {
    "/": ("kind", "cursor", "before", "month"),
    "/search/": ("q", "kind", "label", "category", "cursor", "sort"),
    "/categories/": ("q", "cursor"),
    "/albums/": ("cursor",),
    "/documents/": ("cursor", "type"),
    "/activity/": ("state", "step", "cursor", "page"),
    "/accounts/login/": ("next",),
}


def _parameters() -> Iterator[tuple[str, str]]:
    schema = json.loads(Client().get("/api/schema/?format=json").content)
    for path, methods in schema["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] == "query" and "{" not in path:
                yield path, parameter["name"]


@pytest.mark.django_db
def test_no_parameter_of_the_api_stumbles_over_nul(api_client: ClientOf, alice: User) -> None:
    client, asked = api_client(alice), list(_parameters())
    assert len(asked) > 10
    answers = {(path, name): client.get(path, {name: "a\0b"}).status_code for path, name in asked}
    assert {where: status for where, status in answers.items() if status >= 500} == {}


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "names"), PAGES.items(), ids=PAGES)
def test_no_parameter_of_a_page_stumbles_over_nul(
    page_client: Callable[[User | None], Client], alice: User, path: str, names: tuple[str, ...]
) -> None:
    client = page_client(alice)
    client.raise_request_exception = False
    for name in names:
        assert client.get(path, {name: "a\0b"}).status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [{"username": "a\0", "password": "b"}, {"username": "a", "password": "b\0"}]
)
def test_nobody_logs_in_with_nul(client: Client, body: dict[str, Any]) -> None:
    answer = client.post("/api/v1/auth/token/", body, content_type="application/json")
    assert 400 <= answer.status_code < 500
