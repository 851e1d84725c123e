"""The table of costs in the handbook is what an estimate says of such a library."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import User
from gallery.models import JobState, MediaItem, Step
from tests.cloud.rekognition_answers import label
from tests.cloud.rekognition_endpoint import RekognitionEndpoint, chosen
from tests.cloud.textract_engine import textract_at
from tests.factories import (
    JobFactory,
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    RenditionFactory,
)
from workers import engines
from workers.estimating import estimate
from workers.models import AnalysisResult
from workers.results import LABELS, key_of
from workers.spending.prices import as_dollars

pytestmark = pytest.mark.django_db
# The library of the test is that much smaller than the handbook's.
SCALE = 10
CENT = Decimal("0.01")
# Photos by the label that tells of them, beside their first.
SHARES = {"Person": 40, "Street Sign": 10, "Page": 5, "Sea": 45, "Receipt": 10}


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    entered = []

    def enter(everything: bool) -> None:
        more = dict.fromkeys(("expense", "forms", "tables"), everything)
        looks = {"faces": True, "text": True, "video": "full"} if everything else {}
        entered.append(textract_at("http://127.0.0.1:1", monkeypatch, **more))
        entered.append(chosen(RekognitionEndpoint(), monkeypatch, **looks))
        for context in entered[-2:]:
            context.__enter__()
        monkeypatch.setattr(settings, "PIXTRACT_TEXT_ENGINE", "textract")

    yield enter
    for context in reversed(entered):
        context.__exit__(None, None, None)


def library(owner: User) -> None:
    """Rendered photos, receipts among them, and a video of a minute."""
    for _ in range(sum(SHARES.values())):
        RenditionFactory(item=MediaItemFactory(owner=owner), name="preview")
    film = {"kind": "video", "extension": "mp4", "duration_ms": 60_000}
    video = MediaItemFactory(owner=owner, details={"video_codec": "h264"}, **film)
    for number in range(30):
        start = number * 2000
        RenditionFactory(item=video, name=f"frame-{start:09}", start_ms=start)


def look(owner: User) -> None:
    """Give the photos the labels that were bought, and pages the type they turn out to have."""
    analyzer = engines.label_analyzer()
    assert analyzer is not None
    photos = iter(MediaItem.objects.filter(owner=owner, kind="photo"))
    for name, count in SHARES.items():
        raw = {"Labels": [label(name, 95.0)], "LabelModelVersion": "3.0"}
        known = LabelFactory(name=name)
        for item in (next(photos) for _ in range(count)):
            MediaLabelFactory(item=item, label=known, confidence=95.0)
            content = zlib.compress(json.dumps(raw).encode())
            AnalysisResult.objects.create(**key_of(item, analyzer, LABELS, 1), raw=content)


def read(owner: User) -> None:
    """Have the pages of text read and told to be pages; nothing of it is kept by an engine."""
    for item in MediaItem.objects.filter(owner=owner, labels__label__name="Page"):
        item.document_type = "page"
        item.save()
        item.text_pages.create(number=1, source="textract", lines=[])
        JobFactory(item=item, step=Step.READ, state=JobState.DONE)


def told_by_estimates(owner: User) -> dict[str, tuple[int, Decimal]]:
    """Units and dollars by operation, each step asked when those before it are over."""
    items = MediaItem.objects.filter(owner=owner)
    photos = items.exclude(kind="video")
    lines = [line for line in estimate(items, [Step.LABEL]) if not line.at_most]
    look(owner)
    lines += [line for line in estimate(photos, [Step.LABEL]) if line.operation != "DetectLabels"]
    lines += [line for line in estimate(photos, [Step.READ]) if not line.at_most]
    read(owner)
    lines += estimate(photos, [Step.EXTRACT])
    units, cost = Counter[str](), Counter[str]()
    for line in lines:
        units[line.operation] += line.units * SCALE
        cost[line.operation] += line.microdollars * SCALE
    return {name: (units[name], as_dollars(cost[name])) for name in units}


def told_by_handbook(column: int) -> tuple[dict[str, tuple[int, Decimal]], Decimal]:
    """The same of a column of the table, and its sum."""
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
    units, cost = Counter[str](), dict[str, Decimal]()
    for row in re.findall(r"^\| (\w+),? [^|]*\| \$[\d.]+ \|(.*)\|(.*)\|$", text, re.MULTILINE):
        found = re.match(r" ([\d,]+): \$([\d.]+) ", row[column])
        if found:
            units[row[0]] += int(found[1].replace(",", ""))
            cost[row[0]] = cost.get(row[0], Decimal(0)) + Decimal(found[2])
    sums = re.search(r"\| \*\*All\*\* \| \| \*\*\$([\d.]+)\*\* \| \*\*\$([\d.]+)\*\* \|", text)
    assert sums is not None
    return {name: (units[name], cost[name]) for name in units}, Decimal(sums[column])


@pytest.mark.parametrize(("column", "everything"), [(1, False), (2, True)])
def test_the_handbook_and_the_estimate_agree(
    alice: User, choose: Callable[[bool], None], column: int, everything: bool
) -> None:
    choose(everything)
    library(alice)
    told = told_by_estimates(alice)
    written, total = told_by_handbook(column)
    by_call = {name.partition(":")[0]: value for name, value in told.items()}
    rounded = {
        name: (units, cost.quantize(CENT, ROUND_HALF_UP)) for name, (units, cost) in by_call.items()
    }
    assert rounded == written
    assert sum(cost for _, cost in told.values()).quantize(CENT, ROUND_HALF_UP) == total
