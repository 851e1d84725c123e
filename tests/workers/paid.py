"""Items whose labels are bought at an endpoint of the test's own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from gallery.models import Job, JobState, Lane, MediaItem, Step
from tests.cloud.fake_aws import FakeAws
from tests.factories import JobFactory, MediaItemFactory, RenditionFactory, picture_bytes
from workers import engines
from workers.cloud import clients
from workers.pipeline import run_lane


def labels_of(body: dict[str, Any]) -> dict[str, Any]:
    """An answer that only these bytes get."""
    seen = hashlib.sha256(base64.b64decode(body["Image"]["Bytes"])).hexdigest()[:12]
    label = {"Name": f"Thing {seen}", "Confidence": 91.5, "Instances": [], "Parents": []}
    return {"Labels": [label], "LabelModelVersion": "3.0"}


def fake_rekognition(**options: Any) -> FakeAws:
    return FakeAws({"DetectLabels": labels_of}, **options)


@contextmanager
def bought_at(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, *, rate: int = 1000, read_seconds: float = 0.5
) -> Iterator[None]:
    """Make Rekognition at ``aws`` the label engine."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr(clients, "_READ_SECONDS", read_seconds)
    asked = settings.PIXTRACT_REKOGNITION | {"endpoint_url": aws.url}
    monkeypatch.setattr(settings, "PIXTRACT_REKOGNITION", asked)
    monkeypatch.setattr(settings, "PIXTRACT_AWS", {"region": "eu-west-1", "profile": ""})
    monkeypatch.setattr(settings, "PIXTRACT_LABEL_ENGINE", "rekognition")
    change_spend(monkeypatch, calls_per_second={"rekognition": rate, "textract": rate})
    forget_engines()
    yield
    forget_engines()


def change_spend(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    monkeypatch.setattr(settings, "PIXTRACT_SPEND", settings.PIXTRACT_SPEND | values)


def forget_engines() -> None:
    for made in (engines.label_analyzer, engines._rekognition_calls):
        made.cache_clear()


def paid_items(owner: User, count: int) -> list[MediaItem]:
    """Photos that only wait for their labels."""
    return [_paid_item(owner, number) for number in range(count)]


def _paid_item(owner: User, number: int) -> MediaItem:
    item = MediaItemFactory(owner=owner)
    key = f"renditions/{owner.pk}/{item.pk}/preview.jpg"
    size = (100 + number % 100, 90 + number // 100)
    default_storage.save(key, ContentFile(picture_bytes(number, size=size)))
    RenditionFactory(item=item, name="preview", key=key, content_type="image/jpeg")
    JobFactory(item=item, step=Step.LABEL, lane=Lane.ANALYSIS, run_at=timezone.now())
    return item


def work(rounds: int = 1) -> None:
    """Run the lane; before each round whatever was put off becomes due."""
    for _ in range(rounds):
        due_now()
        run_lane(Lane.ANALYSIS, seconds=60)


def due_now() -> None:
    waiting = Job.objects.filter(state=JobState.WAITING, lane=Lane.ANALYSIS)
    waiting.exclude(run_at=None).update(run_at=timezone.now() - timedelta(seconds=1))
