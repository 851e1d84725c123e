"""The product with Rekognition as its label engine: from an upload to the search box."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Job, JobState, Kind, Label, Lane, MediaItem, Step
from gallery.services import jobs
from search.outbox import drain_once
from tests.cloud.rekognition_answers import FACES, SIGN, STREET, label
from tests.cloud.rekognition_endpoint import RekognitionEndpoint, chosen, serving
from tests.factories import RenditionFactory, stored_item
from workers import engines
from workers.models import AnalysisResult
from workers.pipeline import run_lane
from workers.steps.label_video import looked_at

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], APIClient]
Choose = Callable[..., None]


@pytest.fixture
def endpoint() -> Iterator[RekognitionEndpoint]:
    with serving() as endpoint:
        endpoint.answers = {"DetectLabels": STREET, "DetectFaces": FACES, "DetectText": SIGN}
        yield endpoint


@pytest.fixture
def choose(endpoint: RekognitionEndpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Choose]:
    """Choose Rekognition as the engine, with some of its settings."""
    entered: list[Any] = []

    def enter(**asked: object) -> None:
        context = chosen(endpoint, monkeypatch, **asked)
        context.__enter__()
        entered.append(context)

    yield enter
    for context in entered:
        context.__exit__(None, None, None)


def photo() -> bytes:
    """A picture of many colors, 320 x 240."""
    ramp = np.linspace(0, 255, 320 * 240 * 3).reshape(240, 320, 3).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(ramp).save(buffer, "JPEG")
    return buffer.getvalue()


def process() -> None:
    for lane in (Lane.MEDIA, Lane.ANALYSIS, Lane.MEDIA):
        run_lane(lane, seconds=60)


def processed(owner: User) -> MediaItem:
    item = stored_item(owner, photo())
    process()
    return item


def names(item: MediaItem) -> set[str]:
    return set(item.labels.values_list("label__name", flat=True))


def test_the_answer_comes_back_in_rekognitions_own_shape(
    alice: User, choose: Choose, api_client: ClientOf
) -> None:
    choose()
    item = processed(alice)
    address = f"/api/v1/media/{item.pk}/labels/"
    query = {"shape": "rekognition", "min_confidence": 0}
    data = api_client(alice).get(address, query).json()
    assert data["LabelModelVersion"] == "3.0"
    found = {entry["Name"]: entry for entry in data["Labels"]}
    for told in STREET["Labels"]:
        assert found[told["Name"]] == told | {
            "Confidence": round(told["Confidence"], 2),
            "Instances": told["Instances"],
        }
    sure = api_client(alice).get(address, {"min_confidence": 98}).json()
    assert {entry["name"] for entry in sure["labels"]} == {"Tram", "Vehicle"}
    assert {entry["source"] for entry in sure["labels"]} == {"rekognition"}


@pytest.mark.parametrize("query", ["tram", "streetcar", "vehicle", 'category:"symbols and flags"'])
def test_labels_aliases_parents_and_categories_are_found(
    query: str, alice: User, choose: Choose, api_client: ClientOf
) -> None:
    choose()
    item = processed(alice)
    while drain_once():
        pass
    found = api_client(alice).get("/api/v1/search/", {"q": query}).json()
    assert [hit["item"]["id"] for hit in found["results"]] == [str(item.pk)]


def test_the_item_page_shows_labels_with_their_boxes(
    alice: User, choose: Choose, page_client: Callable[[User], Client]
) -> None:
    choose()
    item = processed(alice)
    page = page_client(alice).get(reverse("gallery:item", args=[item.pk])).content.decode()
    assert "Tram" in page
    assert "0.25" in page


def test_an_answer_is_bought_once(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose(faces=True, text=True)
    item = processed(alice)
    before = len(endpoint.requests)
    jobs.reopen([item.pk], [Step.LABEL])
    process()
    assert len(endpoint.requests) == before == 3
    assert AnalysisResult.objects.filter(owner=alice).count() == 3


def test_asking_again_asks_all_of_it_again(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint, api_client: ClientOf
) -> None:
    choose(faces=True, text=True)
    item = processed(alice)
    sent = {"steps": ["label"], "force": True}
    api_client(alice).post(f"/api/v1/media/{item.pk}/analyze/", sent, format="json")
    process()
    asked = sorted(operation for operation, _ in endpoint.requests)
    assert asked == ["DetectFaces"] * 2 + ["DetectLabels"] * 2 + ["DetectText"] * 2


def test_faces_and_signs_are_off_by_default(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose()
    item = processed(alice)
    assert [operation for operation, _ in endpoint.requests] == ["DetectLabels"]
    assert not item.text_pages.exists()


def test_people_are_counted_where_it_is_wanted(alice: User, choose: Choose) -> None:
    choose(faces=True)
    item = processed(alice)
    assert {"2 People", "Happy", "Surprised", "Person"} <= names(item)
    assert len(item.labels.get(label__name="2 People").instances) == 2


def test_photos_without_people_are_not_paid_for_twice(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    endpoint.answers["DetectLabels"] = {"Labels": [label("Beach", 90.0)]}
    choose(faces=True, text=True)
    processed(alice)
    assert [operation for operation, _ in endpoint.requests] == ["DetectLabels"]


def test_words_on_signs_are_read_where_it_is_wanted(
    alice: User, choose: Choose, api_client: ClientOf
) -> None:
    choose(text=True)
    item = processed(alice)
    text = api_client(alice).get(f"/api/v1/media/{item.pk}/text/").json()
    assert text["text"].strip() == "RUA AUGUSTA"
    assert [word["text"] for word in text["pages"][0]["lines"][0]["words"]] == ["RUA", "AUGUSTA"]


def test_pages_are_left_to_the_engine_for_pages(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint, settings: Any
) -> None:
    choose(text=True)
    settings.PIXTRACT_TEXT_ENGINE = "textract"
    engines.text_analyzer.cache_clear()
    endpoint.answers["DetectLabels"] = {"Labels": [label("Document", 90.0), label("Sign", 90.0)]}
    item = stored_item(alice, photo())
    Job.objects.filter(item=item, step=Step.READ).delete()
    process()
    assert not endpoint.asked("DetectText")
    endpoint.answers["DetectLabels"] = {"Labels": [label("Sign", 90.0)]}
    item = stored_item(alice, photo() + b"another file")
    Job.objects.filter(item=item, step=Step.READ).delete()
    process()
    assert len(endpoint.asked("DetectText")) == 1


def test_what_another_engine_has_read_stays(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose(text=True)
    item = stored_item(alice, photo())
    item.text_pages.create(number=1, source="textract", lines=[])
    process()
    assert not endpoint.asked("DetectText")
    assert item.text_pages.get().source == "textract"


def test_a_label_that_was_but_a_parent_is_completed(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose()
    endpoint.answers["DetectLabels"] = {"Labels": [label("Tram", 90.0, "Vehicle")]}
    processed(alice)
    assert Label.objects.get(name="Vehicle").category is None
    endpoint.answers["DetectLabels"] = STREET
    second = stored_item(alice, photo() + b"another file")
    process()
    assert second.labels.get(label__name="Vehicle").label.category is not None


def test_a_picture_that_is_refused_fails_with_a_reason(
    alice: User, choose: Choose, endpoint: RekognitionEndpoint
) -> None:
    choose()
    endpoint.answers["DetectLabels"] = {"__type": "InvalidImageFormatException"}
    item = processed(alice)
    job = Job.objects.get(item=item, step=Step.LABEL)
    assert (job.state, bool(job.error_message)) == (JobState.FAILED, True)
    assert len(endpoint.requests) == 1


def test_few_frames_stand_for_the_whole_length() -> None:
    frames = [
        RenditionFactory.build(name=f"frame-{i}", start_ms=i * 1000, end_ms=(i + 1) * 1000)
        for i in range(16)
    ]
    chosen_frames = looked_at(frames, 5)
    assert len(chosen_frames) == 5
    stretches = [(stretch.start_ms, stretch.end_ms) for _, stretch in chosen_frames]
    assert (stretches[0][0], stretches[-1][1]) == (0, 16_000)
    assert all(left[1] == right[0] for left, right in pairwise(stretches))
    for frame, stretch in chosen_frames:
        assert stretch.start_ms <= (frame.start_ms or 0) < stretch.end_ms
    assert looked_at(frames[:2], 5) != [] and looked_at([], 5) == []


def test_videos_can_be_left_out(alice: User, choose: Choose) -> None:
    choose(video="off")
    item = stored_item(alice, photo())
    MediaItem.objects.filter(pk=item.pk).update(kind=Kind.VIDEO)
    Job.objects.filter(item=item).exclude(step=Step.LABEL).update(state=JobState.DONE)
    jobs.release_dependents(item.pk)
    run_lane(Lane.ANALYSIS, seconds=60)
    assert Job.objects.get(item=item, step=Step.LABEL).error_code == "video_off"


@pytest.mark.parametrize(
    ("asked", "variable"),
    [
        ({"max_labels": 1001}, "PIXTRACT_MAX_LABELS"),
        ({"min_confidence": 101}, "PIXTRACT_REKOGNITION_MIN_CONFIDENCE"),
        ({"video": "full"}, "PIXTRACT_S3_BUCKET"),
        ({"video": "full", "topic_arn": "arn:x"}, "PIXTRACT_REKOGNITION_ROLE_ARN"),
        ({"video": "full", "queue_url": "https://q"}, "PIXTRACT_REKOGNITION_TOPIC_ARN"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(
    asked: dict[str, object], variable: str, choose: Choose
) -> None:
    choose(**asked)
    with pytest.raises(SystemCheckError, match=variable):
        call_command("check")


def test_a_region_that_is_missing_is_named(
    choose: Choose, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose()
    settings.PIXTRACT_AWS = {"region": "", "profile": ""}
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(SystemCheckError, match="PIXTRACT_AWS_REGION"):
        call_command("check")
