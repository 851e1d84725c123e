"""Fixtures that every app's tests use: three people, their clients, the sample files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import UserFactory

_DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what a database has a part in; the rest is the same on SQLite."""
    if connection.vendor != "postgresql":
        return
    left_out = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _uses_database(item)]


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & _DATABASE_FIXTURES)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits count in the cache: no test starts with another's."""
    yield
    cache.clear()


@pytest.fixture
def alice(db: None) -> User:
    """A user like others."""
    return UserFactory(username="alice")


@pytest.fixture
def bob(db: None) -> User:
    """Another user, who must never see what is Alice's."""
    return UserFactory(username="bob")


@pytest.fixture
def carol(db: None) -> User:
    """A superuser, who in pages and API sees no more than others."""
    return UserFactory(username="carol", is_staff=True, is_superuser=True)


@pytest.fixture
def api_client() -> Callable[[User | None], APIClient]:
    """Give an API client signed in as a user, or as nobody."""

    def client_of(user: User | None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return client_of


@pytest.fixture
def page_client() -> Callable[[User | None], Client]:
    """Give a browser-like client signed in as a user, or as nobody."""

    def client_of(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return client_of


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real sample files; the test is skipped where there is none."""
    beside = Path(settings.BASE_DIR).parent / "shared" / "samples"
    folder = Path(os.environ.get("PIXTRACT_SAMPLES", beside))
    if not folder.is_dir():
        pytest.skip(f"no sample files at {folder}")
    return folder


@pytest.fixture(scope="session")
def built_models() -> Path:
    """The folder of the built local models; without it the test is skipped, in CI it fails."""
    folder = Path(settings.PIXTRACT_MODELS_DIR)
    if not (folder / "manifest.json").is_file():
        reason = f"no built models at {folder}: run `make build`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
