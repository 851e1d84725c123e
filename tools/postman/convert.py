"""From an OpenAPI schema to a collection: folders in the order of the recipe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tools.postman.recipe import (
    ALSO,
    BODIES,
    END,
    KEPT,
    SAMPLE,
    START,
    UNKNOWN_ALSO,
    VARIABLES,
    Step,
)

FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_PARAMETER = re.compile(r"\{(\w+)\}")
_NOBODY = "00000000-0000-0000-0000-000000000000"
_ORDER = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One of the schema's operations, with where it is."""

    method: str
    path: str
    spec: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.spec["operationId"])

    @property
    def is_known(self) -> bool:
        return any(step.operation == self.name for step in _steps())


def _steps() -> Iterable[Step]:
    return (step for folder in (START, END) for steps in folder.values() for step in steps)


def collection(schema: dict[str, Any]) -> dict[str, Any]:
    """The collection, as Postman imports it."""
    operations = _operations(schema)
    others = [Step(name) for name, found in operations.items() if not found.is_known]
    folders = {**START, "Everything else": tuple(others), **END}
    return {
        "info": {
            "name": schema["info"]["title"],
            "description": schema["info"].get("description", ""),
            "schema": FORMAT,
        },
        "auth": {"type": "bearer", "bearer": [_pair("token", "{{token}}")]},
        "variable": [_pair(name, value) for name, value in _variables(operations).items()],
        "item": [
            {"name": name, "item": [_item(operations[step.operation], step) for step in steps]}
            for name, steps in folders.items()
            if steps
        ],
    }


def _operations(schema: dict[str, Any]) -> dict[str, Operation]:
    found = [
        Operation(method, path, spec)
        for path, methods in schema["paths"].items()
        for method, spec in methods.items()
        if method in _ORDER
    ]
    found.sort(key=lambda operation: (_ORDER.index(operation.method), operation.path))
    return {operation.name: operation for operation in found}


def _variables(operations: dict[str, Operation]) -> dict[str, str]:
    parts = {name for each in operations.values() for name in _PARAMETER.findall(each.path)}
    return {**dict.fromkeys(sorted(parts), _NOBODY), **VARIABLES}


def _pair(key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value, "type": "string"}


def _item(operation: Operation, step: Step) -> dict[str, Any]:
    sent = "&".join(f"{name}={value}" for name, value in step.query.items())
    return {
        "name": f"{operation.name}?{sent}" if sent else operation.name,
        "request": _request(operation, step),
        "event": [{"listen": "test", "script": _script(operation)}],
        "response": [],
    }


def _request(operation: Operation, step: Step) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": operation.method.upper(),
        "description": operation.spec.get("description", ""),
        "header": [_pair("Accept", "application/json")],
        "url": _url(operation, step),
    }
    if operation.spec.get("security") == [{}] or operation.name == "auth_token":
        request["auth"] = {"type": "noauth"}
    return {**request, **_body(operation)}


def _url(operation: Operation, step: Step) -> dict[str, Any]:
    path = _PARAMETER.sub(r"{{\1}}", operation.path)
    sent = "&".join(f"{name}={value}" for name, value in step.query.items())
    declared = [each for each in operation.spec.get("parameters", []) if each["in"] == "query"]
    return {
        "raw": "{{base_url}}" + path + (f"?{sent}" if sent else ""),
        "host": ["{{base_url}}"],
        "path": [*path.strip("/").split("/"), ""],
        "query": [_parameter(each, step) for each in declared],
    }


def _parameter(declared: dict[str, Any], step: Step) -> dict[str, Any]:
    name = declared["name"]
    return {
        "key": name,
        "value": step.query.get(name, ""),
        "description": declared.get("description", ""),
        "disabled": name not in step.query,
    }


def _body(operation: Operation) -> dict[str, Any]:
    forms = operation.spec.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in forms:
        file = {"key": "file", "type": "file", "src": SAMPLE}
        return {"body": {"mode": "formdata", "formdata": [file]}}
    if "application/json" not in forms:
        return {}
    raw = json.dumps(BODIES.get(operation.name, {}), indent=2)
    return {"body": {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}}


def expected_codes(operation: Operation) -> list[int]:
    """The statuses that count as right."""
    declared = {int(code) for code in operation.spec["responses"] if re.match(r"[23]\d\d$", code)}
    also = ALSO.get(operation.name, ()) if operation.is_known else UNKNOWN_ALSO
    return sorted(declared | set(also))


def _script(operation: Operation) -> dict[str, Any]:
    codes = json.dumps(expected_codes(operation))
    lines = [
        f'pm.test("answers as documented", () => pm.expect(pm.response.code).to.be.oneOf({codes}));'
    ]
    lines += [
        f'pm.collectionVariables.set("{variable}", pm.response.json().{name});'
        for variable, name in KEPT.get(operation.name, {}).items()
    ]
    return {"type": "text/javascript", "exec": lines}
