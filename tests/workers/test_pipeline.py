"""Real files through the real steps, lane by lane, without a broker."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image
from skimage import data

from accounts.models import User
from gallery.models import Job, JobState, Lane, MediaItem, Step
from gallery.services import jobs
from gallery.services.editing import edit_item
from tests.factories import picture_bytes, stored_item
from workers.models import AnalysisResult
from workers.pipeline import run_job, run_lane
from workers.sweeper import sweep_orphans

pytestmark = pytest.mark.django_db


def photo(*, orientation: int = 1, latitude: float | None = None) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9003] = "2023:06:17 18:30:00"
    if latitude is not None:
        exif.get_ifd(0x8825).update({1: "N", 2: (latitude, 0.0, 0.0), 3: "W", 4: (9.14, 0.0, 0.0)})
    buffer = io.BytesIO()
    Image.fromarray(data.chelsea()).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@pytest.fixture
def without_engines(settings: object) -> Iterator[None]:
    from workers import engines

    settings.PIXTRACT_LABEL_ENGINE = "off"  # type: ignore[attr-defined]
    settings.PIXTRACT_TEXT_ENGINE = "off"  # type: ignore[attr-defined]
    engines.label_analyzer.cache_clear()
    engines.text_analyzer.cache_clear()
    yield
    engines.label_analyzer.cache_clear()
    engines.text_analyzer.cache_clear()


def process() -> None:
    for lane in (Lane.MEDIA, Lane.ANALYSIS, Lane.MEDIA):
        run_lane(lane, seconds=60)


def job(item: MediaItem, step: str) -> Job:
    return Job.objects.get(item=item, step=step)


@pytest.mark.usefixtures("without_engines")
def test_a_photo_is_inspected_rendered_and_placed(alice: User) -> None:
    item = stored_item(alice, photo(orientation=6, latitude=38.72))
    process()
    item.refresh_from_db()
    assert (item.width, item.height) == (300, 451)
    assert item.taken_local.isoformat() == "2023-06-17T18:30:00+00:00"
    assert item.taken_source == "exif"
    assert item.city == "Lisbon" and item.country == "Portugal"
    sizes = {r.name: (r.width, r.height) for r in item.renditions.all()}
    assert sizes["preview"] == (300, 451)
    assert job(item, Step.LABEL).state == JobState.SKIPPED
    assert job(item, Step.LABEL).error_code == "engine_off"
    assert job(item, Step.CATEGORIZE).state == JobState.DONE


@pytest.mark.usefixtures("without_engines")
def test_a_damaged_photo_fails_with_a_reason_and_stays(alice: User) -> None:
    content = photo()
    item = stored_item(alice, content[:200] + b"\x00" * 50)
    process()
    failed = Job.objects.filter(item=item, state=JobState.FAILED)
    assert failed.exists()
    assert all(job.error_code and job.error_message for job in failed)
    assert default_storage.open(item.original_key).read() == content[:200] + b"\x00" * 50


@pytest.mark.usefixtures("without_engines")
def test_what_the_owner_wrote_meanwhile_is_kept(alice: User) -> None:
    item = stored_item(alice, photo())
    claimed = jobs.claim_next(Lane.MEDIA)
    assert claimed is not None
    MediaItem.objects.filter(pk=item.pk).update(favorite=True, caption="Our cat")
    run_job(claimed)
    item.refresh_from_db()
    assert (item.favorite, item.caption, item.width) == (True, "Our cat", 451)


@pytest.mark.usefixtures("without_engines")
def test_rendering_again_leaves_one_set_of_files(
    alice: User, django_capture_on_commit_callbacks: object
) -> None:
    item = stored_item(alice, photo())
    process()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        jobs.reopen([item.pk], [Step.RENDER])
        process()
    folder = Path(default_storage.path(f"renditions/{alice.pk}/{item.pk}"))
    assert len(list(folder.iterdir())) == item.renditions.count() == 2


def test_labels_are_asked_for_once(alice: User, built_models: Path) -> None:
    item = stored_item(alice, photo())
    process()
    assert "Cat" in set(item.labels.values_list("label__name", flat=True))
    asked = AnalysisResult.objects.filter(operation="labels")
    created = asked.get().created_at
    jobs.reopen([item.pk], [Step.LABEL])
    process()
    assert asked.get().created_at == created
    assert job(item, Step.LABEL).state == JobState.DONE


def test_orphans_go_and_everything_else_stays(alice: User) -> None:
    item = stored_item(alice, picture_bytes(5))
    orphan = Path(default_storage.path(item.original_key)).with_name("lost.jpg")
    orphan.write_bytes(b"x")
    assert sweep_orphans() == 0
    old = (timezone.now() - timedelta(hours=2)).timestamp()
    import os

    os.utime(orphan, (old, old))
    assert sweep_orphans() == 1
    assert not orphan.exists()
    assert default_storage.exists(item.original_key)
    assert settings.PIXTRACT_WORK_DIR.is_dir()


@pytest.mark.usefixtures("without_engines")
def test_a_date_taken_back_is_read_from_the_file_and_asks_no_engine(alice: User) -> None:
    item = stored_item(alice, photo())
    process()
    run_lane(Lane.ANALYSIS, seconds=60)
    # As an earlier release left what its owner dated: the file's own date is not known.
    MediaItem.objects.filter(pk=item.pk).update(taken_source="owner", taken_local=timezone.now())
    before = dict(Job.objects.filter(item=item).values_list("step", "started_at"))
    edit_item(MediaItem.objects.get(pk=item.pk), {"taken_at": None})
    process()
    item.refresh_from_db()
    assert (f"{item.taken_local:%Y-%m-%d}", item.taken_source) == ("2023-06-17", "exif")
    after = dict(Job.objects.filter(item=item).values_list("step", "started_at"))
    assert {step for step in after if after[step] != before[step]} == {Step.INSPECT, Step.PLACE}
    assert job(item, Step.INSPECT).state == JobState.DONE
