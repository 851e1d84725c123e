"""Runs a Postman collection as far as ours goes: variables, bearer, bodies, our test scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_CODES = re.compile(r"oneOf\((\[[\d, ]+\])\)")
_KEPT = re.compile(r'collectionVariables\.set\("(\w+)", pm\.response\.json\(\)\.(\w+)\)')


@dataclass(frozen=True)
class Result:
    """A request's name, what it was answered, and what would have been right."""

    name: str
    status: int
    expected: list[int]
    content: bytes


def run(
    collection: dict[str, Any],
    folder: Path,
    variables: dict[str, str],
    after: Callable[[str], None] = lambda _name: None,
) -> Iterator[Result]:
    """Send every request in order; ``after`` is called with each one's name."""
    known = {each["key"]: each["value"] for each in collection["variable"]} | variables
    for group in collection["item"]:
        for item in group["item"]:
            answer = _send(item["request"], known, folder)
            (event,) = item["event"]
            script = "\n".join(event["script"]["exec"])
            for variable, name in _KEPT.findall(script):
                known[variable] = answer.json()[name]
            (codes,) = _CODES.findall(script)
            yield Result(item["name"], answer.status_code, json.loads(codes), answer.content)
            after(item["name"])


def _send(request: dict[str, Any], known: dict[str, str], folder: Path) -> requests.Response:
    def filled(text: str) -> str:
        return _VARIABLE.sub(lambda match: known[match[1]], text)

    headers = {each["key"]: each["value"] for each in request["header"]}
    if request.get("auth", {}).get("type") != "noauth":
        headers["Authorization"] = f"Bearer {known['token']}"
    body, sent = request.get("body", {}), {}
    if body.get("mode") == "raw":
        sent = {"json": json.loads(filled(body["raw"]))}
    elif body.get("mode") == "formdata":
        sent = {
            "files": {each["key"]: (folder / each["src"]).open("rb") for each in body["formdata"]}
        }
    return requests.request(
        request["method"], filled(request["url"]["raw"]), headers=headers, timeout=60, **sent
    )
