"""The Postman collection: made by the command, run against the live server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import ApiKey, User
from gallery.models import MediaItem, Webhook
from tests.api.postman_runner import run
from tests.factories import PASSWORD
from workers.pipeline import run_lane


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("postman")
    command = [sys.executable, "-m", "tools.postman", "--into", str(made)]
    subprocess.run(command, cwd=settings.BASE_DIR, check=True, capture_output=True)  # noqa: S603
    return made


@pytest.fixture(scope="module")
def collection(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "pixtract.postman_collection.json").read_text())


def requests_of(collection: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for group in collection["item"] for item in group["item"]]


def test_it_has_the_shape_that_postman_imports(collection: dict[str, Any]) -> None:
    assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
    assert collection["auth"]["bearer"][0]["value"] == "{{token}}"
    defined = {each["key"] for each in collection["variable"]}
    for item in requests_of(collection):
        url = item["request"]["url"]
        assert url["raw"].startswith("{{base_url}}/api/v1/")
        assert url["raw"].partition("?")[0] == "/".join([*url["host"], *url["path"]])
        assert set(re.findall(r"\{\{(\w+)\}\}", json.dumps(item))) <= defined
        assert {"name", "request", "event", "response"} == set(item)


def test_it_holds_every_operation(collection: dict[str, Any], client: Any) -> None:
    schema = json.loads(client.get("/api/schema/?format=json").content)
    listed = {
        (item["request"]["method"].lower(), item["request"]["url"]["raw"].partition("?")[0])
        for item in requests_of(collection)
    }
    for path, methods in schema["paths"].items():
        address = "{{base_url}}" + re.sub(r"\{(\w+)\}", r"{{\1}}", path)
        assert {(method, address) for method in methods} <= listed


@pytest.mark.django_db(transaction=True)
def test_every_request_is_answered_as_documented(
    collection: dict[str, Any], folder: Path, live_server: LiveServer, alice: User
) -> None:
    def work(name: str) -> None:
        if name == "media_upload":
            run_lane("media", seconds=60)

    variables = {"base_url": live_server.url, "username": "alice", "password": PASSWORD}
    results = list(run(collection, folder, variables, work))
    wrong = [result for result in results if result.status not in result.expected]
    assert wrong == []
    by_name = {result.name: result for result in results}
    assert len(by_name) >= 40
    assert by_name["media_rendition"].status == 200
    assert b'"Labels"' in by_name["media_labels?shape=rekognition"].content
    assert not MediaItem.objects.exists() and not Webhook.objects.exists()
    assert ApiKey.objects.filter(revoked_at=None).count() == 1
