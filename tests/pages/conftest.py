"""Clients of the people who look at pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User


@pytest.fixture
def alices(alice: User, page_client: Callable[[User | None], Client]) -> Client:
    """Alice's browser, without JavaScript."""
    return page_client(alice)


@pytest.fixture
def bobs(bob: User, page_client: Callable[[User | None], Client]) -> Client:
    """Bob's browser, without JavaScript."""
    return page_client(bob)
