"""The schema and its page."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.inline_code import InlineCode


@pytest.fixture(scope="module")
def schema() -> dict:
    return json.loads(Client().get("/api/schema/?format=json").content)


def test_every_operation_is_described(schema: dict) -> None:
    paths = schema["paths"]
    assert "/api/v1/media/{item_id}/labels/" in paths
    operations = [op for path in paths.values() for op in path.values()]
    for operation in operations:
        problem = operation["responses"]["default"]["content"]
        assert list(problem) == ["application/problem+json"]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) >= 20
    upload = paths["/api/v1/media/"]["post"]["requestBody"]["content"]
    assert list(upload) == ["multipart/form-data"]
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_yaml_too() -> None:
    response = Client().get("/api/schema/")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/vnd.oai.openapi")


def test_page_holds_under_the_strict_policy() -> None:
    response = Client().get("/api/docs/")
    assert response.status_code == 200
    assert InlineCode(response.content).found == []
    script = Client().get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
