"""Textract at an address of this machine, as the product's text engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from workers import engines
from workers.analyzers.textract_calls import TextractCalls
from workers.cloud.clients import client

_ENGINES = (
    engines.label_analyzer,
    engines.text_analyzer,
    engines.long_text_analyzer,
    engines.fields_analyzer,
    engines._textract_calls,
)


def calls_to(url: str) -> TextractCalls:
    return TextractCalls(
        lambda: client("textract", region="eu-west-1", endpoint_url=url, attempts=1)
    )


@contextmanager
def textract_at(url: str, monkeypatch: pytest.MonkeyPatch, **asked: bool) -> Iterator[None]:
    """Read with Textract at ``url``; ``asked`` are its settings that cost more. No labels."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    values = settings.PIXTRACT_TEXTRACT | {"endpoint_url": url} | asked
    monkeypatch.setattr(settings, "PIXTRACT_TEXTRACT", values)
    monkeypatch.setattr(settings, "PIXTRACT_AWS", {"region": "eu-west-1", "profile": ""})
    monkeypatch.setattr(settings, "PIXTRACT_LABEL_ENGINE", "off")
    monkeypatch.setattr(settings, "PIXTRACT_TEXT_ENGINE", "textract")
    _forget_engines()
    yield
    _forget_engines()


def _forget_engines() -> None:
    for made in _ENGINES:
        made.cache_clear()
