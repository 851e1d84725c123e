"""Errors are problem documents with stable codes, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from tests.factories import MediaItemFactory

ClientOf = Callable[[User | None], APIClient]
LIST = "/api/v1/media/"


def assert_problem(response: Any, status: int, code: str) -> None:
    assert response["Content-Type"] == "application/problem+json"
    data = response.json()
    assert (response.status_code, data["status"], data["code"]) == (status, status, code)
    assert data["title"]
    assert data["detail"]


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/v1/nothing/", f"{LIST}not-a-uuid/", f"{LIST}%00/",
             "/api/v2/media/", "/api/v1/%ff/"]
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_unknown_addresses(api_client: ClientOf, alice: User, path: str, method: str) -> None:
    assert_problem(getattr(api_client(alice), method)(path), 404, "not_found")


def test_wrong_methods(api_client: ClientOf, alice: User) -> None:
    response = api_client(alice).delete(LIST)
    assert_problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "parse_error"),
        ("\xff", "application/json", 400, "parse_error"),
        ("[" * 100_000, "application/json", 400, "parse_error"),
        ("1" * 10_000, "application/json", 400, "parse_error"),
        ("NaN", "application/json", 400, "parse_error"),
        ('{"description": "\\ud800"}', "application/json", 400, "invalid"),
        ("x=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("x", "nonsense", 415, "unsupported_media_type"),
        (" " * 3_000_000, "application/json", 413, "too_large"),
    ],
)
def test_bodies(
    api_client: ClientOf, alice: User, body: str, content_type: str, status: int, code: str
) -> None:
    item = MediaItemFactory(owner=alice)
    response = api_client(alice).patch(
        f"{LIST}{item.pk}/", body.encode("latin-1"), content_type=content_type
    )
    assert_problem(response, status, code)


def test_csrf(alice: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    assert_problem(client.post("/api/v1/keys/", {"name": "x"}), 403, "csrf_failed")


def test_throttle(api_client: ClientOf, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from rest_framework.throttling import UserRateThrottle

    monkeypatch.setitem(UserRateThrottle.THROTTLE_RATES, "user", "1/min")
    client = api_client(alice)
    client.get(LIST)
    response = client.get(LIST)
    assert_problem(response, 429, "throttled")
    assert response["Retry-After"]


@contextmanager
def items_cannot_be_written(error: Exception) -> Iterator[None]:
    """Raise ``error`` where the database is told to change an item."""

    def execute(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(f'UPDATE "{MediaItem._meta.db_table}"'):
            raise error
        return run(sql, *rest)

    with connection.execute_wrapper(execute):
        yield


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (IntegrityError("x"), 409, "conflict"),
        (OperationalError("database is locked"), 503, "unavailable"),
        (OSError(28, "No space left on device"), 507, "storage_full"),
    ],
)
def test_conflicts_and_full_disks(
    api_client: ClientOf,
    alice: User,
    error: Exception,
    status: int,
    code: str,
) -> None:
    item = MediaItemFactory(owner=alice)
    client = api_client(alice)
    with items_cannot_be_written(error):
        response = client.patch(f"{LIST}{item.pk}/", {"favorite": True}, format="json")
    assert_problem(response, status, code)
    assert b"locked" not in response.content


def test_bug_tells_nothing_of_itself(alice: User) -> None:
    item = MediaItemFactory(owner=alice)
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    with items_cannot_be_written(RuntimeError("secret")):
        response = client.patch(
            f"{LIST}{item.pk}/", {"favorite": True}, content_type="application/json"
        )
    assert_problem(response, 500, "internal_error")
    assert b"secret" not in response.content


def test_unknown_host() -> None:
    response = Client(SERVER_NAME="evil.example").get(LIST)
    assert response.status_code == 400


def test_whatever_a_client_accepts_it_gets_json(api_client: ClientOf, alice: User) -> None:
    for accept in ("text/html", "image/png", "x", "application/xml;q=0.9"):
        response = api_client(alice).get(LIST, headers={"Accept": accept})
        assert response["Content-Type"] == "application/json"
