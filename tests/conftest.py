"""Fixtures that every app's tests use: three people, their clients, the sample files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import UserFactory


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
