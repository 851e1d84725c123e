"""Servers of the cloud's interfaces on this machine, over real HTTP."""

from __future__ import annotations

import urllib.request
import uuid
from collections.abc import Iterator

import pytest
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer

from tests.cloud.buckets import choose_bucket, make_bucket
from workers.cloud.bucket import BucketStorage


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """The address of a server of S3, SQS, SNS and STS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketStorage]:
    """An empty bucket that is the product's store."""
    with choose_bucket(monkeypatch, moto_endpoint):
        store = storages["default"]
        assert isinstance(store, BucketStorage)
        make_bucket(moto_endpoint, store.bucket_name)
        yield store


@pytest.fixture
def account(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An account with nothing in it; gives the address of its services."""
    request = urllib.request.Request(f"{moto_endpoint}/moto-api/reset", method="POST")  # noqa: S310
    urllib.request.urlopen(request).close()  # noqa: S310
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_endpoint)
    with choose_bucket(monkeypatch, moto_endpoint, name=f"photos-of-many-{uuid.uuid4().hex[:6]}"):
        yield moto_endpoint
