"""Health for machines, numbers for those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from pixtract.backends import cache
from search.outbox import enqueue
from tests.factories import JobFactory, MediaItemFactory

PageClient = Callable[[User | None], Client]
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


def test_live_needs_nothing(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_names_what_it_looked_at(client: Client) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    names = ("database", "storage", "search_index", "cache")
    assert answer.json()["checks"] == dict.fromkeys(names, "ok")


@pytest.mark.django_db
def test_not_ready_when_the_index_cannot_be_written(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    settings.PIXTRACT_INDEX_DIR = blocked / "index"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["search_index"] == "failed"
    assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
def test_ready_without_the_search_server(client: Client, settings: Any) -> None:
    settings.PIXTRACT_SEARCH_BACKEND = "opensearch"
    settings.PIXTRACT_OPENSEARCH = {"url": "http://127.0.0.1:9"}
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"]["search_index"] == "failed"


@pytest.mark.django_db
def test_without_the_cache_limits_count_in_the_process(client: Client, settings: Any) -> None:
    settings.CACHES = {"default": cache("redis://127.0.0.1:9/0", Path())}
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"]["cache"] == "failed"
    wrong = {"username": "alice", "password": "wrong"}
    statuses = [
        client.post("/api/v1/auth/token/", wrong, content_type="application/json").status_code
        for _ in range(25)
    ]
    assert set(statuses[:10]) == {401}
    assert statuses[-1] == 429


@pytest.mark.django_db
def test_metrics_are_for_this_machine(client: Client) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", **ELSEWHERE).status_code == 403
    # Behind a proxy on the same machine everybody looks local.
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403


def test_metrics_are_for_staff(page_client: PageClient, alice: User, carol: User) -> None:
    assert page_client(alice).get("/metrics", **ELSEWHERE).status_code == 403
    assert page_client(carol).get("/metrics", **ELSEWHERE).status_code == 200


@pytest.mark.django_db
def test_metrics_are_for_who_brings_the_token(client: Client, settings: Any) -> None:
    def status(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return client.get("/metrics", headers=headers, **ELSEWHERE).status_code

    assert status("") == 403
    settings.PIXTRACT_METRICS_TOKEN = "sesame"
    assert status("sesame") == 200
    assert status("open") == 403
    assert status("") == 403


@pytest.mark.django_db
def test_metrics_count_requests_by_view_and_never_by_address(client: Client) -> None:
    client.get("/health/live?secret=1")
    client.get("/no/such/page/12345/")
    text = client.get("/metrics").content.decode()
    counted = 'pixtract_http_requests_total{method="GET",status="200",view="health-live"}'
    assert counted in text
    assert "12345" not in text
    assert "secret" not in text


def test_metrics_tell_of_items_and_jobs(client: Client, alice: User) -> None:
    item = MediaItemFactory(owner=alice, kind="photo", size_bytes=1234)
    JobFactory(item=item, step="label", state="waiting")
    enqueue(alice.pk, [item.pk])
    text = client.get("/metrics").content.decode()
    assert 'pixtract_media_items{kind="photo"} 1.0' in text
    assert 'pixtract_media_bytes{kind="photo"} 1234.0' in text
    assert 'pixtract_jobs{state="waiting",step="label"} 1.0' in text
    assert "pixtract_outbox_entries 1.0" in text
