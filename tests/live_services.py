"""Servers that `make services` started: without one a test is skipped, or fails on CI."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

DATABASE = "PIXTRACT_TEST_POSTGRESQL_URL"
REDIS = "PIXTRACT_TEST_REDIS_URL"
AWS = "PIXTRACT_TEST_AWS_URL"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
REGION = "eu-west-1"
# Where `make services` starts them when it is told nothing else.
_DEFAULTS = {
    DATABASE: "postgresql://pixtract:pixtract@127.0.0.1:5440/postgres",
    REDIS: "redis://127.0.0.1:6390",
    AWS: "http://127.0.0.1:5565",
}


def address(variable: str) -> str:
    """Return the server's address."""
    url = os.environ.get(variable) or _DEFAULTS[variable]
    parts = urlsplit(url)
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex((parts.hostname or "", parts.port or 0)) == 0:
            return url
    reason = f"nothing answers at {parts.hostname}:{parts.port} ({variable}): run `make services`"
    if os.environ.get("PIXTRACT_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def new_database() -> Iterator[str]:
    """Give the address of an empty database, which is dropped again."""
    url, name = address(DATABASE), f"stack_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def empty_redis(number: int) -> str:
    """Give the address of one of the server's sixteen databases, emptied."""
    url = f"{address(REDIS)}/{number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


def sqs_broker() -> dict[str, str]:
    """Give the settings of new queues on the double of SQS."""
    return {
        "PIXTRACT_BROKER_URL": "sqs://",
        "PIXTRACT_SQS_PREFIX": f"test-{uuid.uuid4().hex[:8]}-",
        "PIXTRACT_AWS_REGION": REGION,
        "AWS_ENDPOINT_URL_SQS": address(AWS),
        **KEYS,
    }


@contextmanager
def database_away(url: str) -> Iterator[None]:
    """Cut every connection to the database at ``url`` and refuse new ones, as a restart does."""
    name = urlsplit(url).path.removeprefix("/")
    with psycopg.connect(address(DATABASE), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
