"""The drill: an installation is saved, lost, and brought back into another."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core import serializers
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from gallery.models import MediaItem
from gallery.services import labeling
from gallery.services.albums import add_to_album, change_album, create_album
from gallery.types import DetectedLabel
from tests.factories import picture_bytes, stored_item
from tests.workers.test_pipeline import photo, process, without_engines
from workers.backup import tables
from workers.models import AnalysisResult

__all__ = ["without_engines"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("without_engines"),
]


@pytest.fixture
def library(alice: User) -> list[MediaItem]:
    """Two items, seen, corrected and paid for."""
    items = [stored_item(alice, photo()), stored_item(alice, picture_bytes())]
    process()
    labeling.record_labels(
        items[0], [DetectedLabel("Cat", 91.0)], source="local-labels", model_version="1"
    )
    album = create_album(alice, "Rome", "Two weeks")
    add_to_album(album, [item.pk for item in items])
    change_album(album, {"cover": items[1].pk, "ordering": "manual"})
    AnalysisResult.objects.create(
        owner=alice, sha256=items[0].sha256, part=1, specification="s", operation="labels",
        parameters="p", model_version="1", units=1, raw=b"\x00\xffraw answer",
    )  # fmt: skip
    return items


def manage(home: Path, *arguments: str, fails: bool = False) -> str:
    """Run a command on the installation at ``home``; returns what it printed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIXTRACT_", "DJANGO_"))}
    engines = {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=kept | engines | {"PIXTRACT_VAR_DIR": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def rows_of(backup: Path) -> dict[str, list[str]]:
    """The rows of every table, but for what says where each item is in its way."""
    tables: dict[str, list[str]] = {}
    for path in sorted((backup / "database").iterdir()):
        with gzip.open(path, "rt") as lines:
            rows = [json.loads(line) for line in lines]
        for row in rows:
            row["fields"].pop("indexed_version", None)
        kept = [row for row in rows if row["fields"].get("step") != "index"]
        tables[path.name] = [json.dumps(row, sort_keys=True) for row in kept]
    return tables


def test_a_restored_installation_has_the_same_rows_and_bytes(
    tmp_path: Path, library: list[MediaItem]
) -> None:
    labeling.correct_label(library[0].labels.get(label__name="Cat"), "rejected")
    call_command("backup", tmp_path / "saved")
    manage(tmp_path / "home", "restore", str(tmp_path / "saved"))
    assert "undamaged" in manage(tmp_path / "home", "verify")
    manage(tmp_path / "home", "backup", str(tmp_path / "again"))
    first, second = rows_of(tmp_path / "saved"), rows_of(tmp_path / "again")
    assert first == second
    assert first["workers.analysisresult.jsonl.gz"]
    assert first["gallery.correction.jsonl.gz"]
    assert len(first["gallery.albumitem.jsonl.gz"]) == 2
    assert str(library[1].pk) in first["gallery.album.jsonl.gz"][0]
    lists = [(tmp_path / name / "files.jsonl.gz").read_bytes() for name in ("saved", "again")]
    assert gzip.decompress(lists[0]) == gzip.decompress(lists[1])


@pytest.mark.parametrize("microsecond", [0, 1, 999, 123_456])
def test_moments_come_back_to_the_microsecond(
    tmp_path: Path, library: list[MediaItem], microsecond: int
) -> None:
    moment = timezone.now().replace(microsecond=microsecond)
    MediaItem.objects.filter(pk=library[0].pk).update(added_at=moment)
    tables.dump(MediaItem, tables.dump_path(tmp_path, MediaItem))
    with gzip.open(tables.dump_path(tmp_path, MediaItem), "rt") as lines:
        rows = {row.object.pk: row.object for row in serializers.deserialize("jsonl", lines)}
    assert rows[library[0].pk].added_at == moment


def test_sums_are_those_of_the_originals(tmp_path: Path, library: list[MediaItem]) -> None:
    call_command("backup", tmp_path / "saved")
    sums = dict(
        reversed(line.split("  "))
        for line in (tmp_path / "saved" / "checksums.txt").read_text().splitlines()
    )
    assert {sums[f"files/{item.original_key}"] for item in library} == {
        item.sha256 for item in library
    }
    call_command("verify", tmp_path / "saved")


@pytest.mark.usefixtures("library")
def test_a_damaged_backup_is_noticed_and_not_restored(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "saved")
    victim = next((tmp_path / "saved" / "files" / "originals").rglob("original.*"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    with pytest.raises(CommandError, match="1 problem"):
        call_command("verify", tmp_path / "saved")
    refused = manage(tmp_path / "home", "restore", str(tmp_path / "saved"), fails=True)
    assert "1 files are missing or damaged" in refused
    told = manage(tmp_path / "home", "restore", str(tmp_path / "saved"), "--skip-damaged")
    assert f"not restored, since the backup lacks it whole: {_key_of(victim)}" in told
    assert "is missing" in manage(tmp_path / "home", "verify", fails=True)


@pytest.mark.usefixtures("library")
def test_a_restore_that_broke_off_goes_on(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "saved")
    aside = tmp_path / "aside"
    victim = sorted((tmp_path / "saved" / "files" / "originals").rglob("original.*"))[-1]
    victim.rename(aside)
    assert "missing" in manage(tmp_path / "home", "restore", str(tmp_path / "saved"), fails=True)
    aside.rename(victim)
    manage(tmp_path / "home", "restore", str(tmp_path / "saved"))
    assert "undamaged" in manage(tmp_path / "home", "verify")
    refused = manage(tmp_path / "home", "restore", str(tmp_path / "saved"), fails=True)
    assert "has accounts or items" in refused


def test_a_later_backup_takes_what_is_new_and_drops_what_is_gone(
    tmp_path: Path, alice: User, library: list[MediaItem]
) -> None:
    call_command("backup", tmp_path / "saved")
    kept = tmp_path / "saved" / "files" / library[0].original_key
    before = kept.stat().st_mtime_ns
    MediaItem.objects.filter(pk=library[1].pk).delete()
    newer = stored_item(alice, photo(orientation=3))
    call_command("backup", tmp_path / "saved", "--prune")
    assert kept.stat().st_mtime_ns == before
    assert not (tmp_path / "saved" / "files" / library[1].original_key).exists()
    assert (tmp_path / "saved" / "files" / newer.original_key).is_file()
    call_command("verify", tmp_path / "saved")


def test_a_missing_original_is_told_and_stops_nothing(
    tmp_path: Path, library: list[MediaItem]
) -> None:
    default_storage.delete(library[0].original_key)
    with pytest.raises(CommandError, match="1 files could not be saved"):
        call_command("backup", tmp_path / "saved")
    with pytest.raises(CommandError, match="1 problems"):
        call_command("verify")
    assert (tmp_path / "saved" / "files" / library[1].original_key).is_file()


@pytest.mark.usefixtures("library")
def test_without_renditions_they_are_made_anew(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "saved", "--without-renditions")
    assert not (tmp_path / "saved" / "files" / "renditions").exists()
    manage(tmp_path / "home", "restore", str(tmp_path / "saved"))
    code = "from workers.pipeline import run_lane; run_lane('media', seconds=60)"
    manage(tmp_path / "home", "shell", "-c", code)
    assert "undamaged" in manage(tmp_path / "home", "verify")


def _key_of(path: Path) -> str:
    return path.as_posix().partition("/files/")[2]


@pytest.mark.parametrize("folder", ["/proc/x", "{var}/backups"])
def test_where_nothing_can_be_saved(folder: str) -> None:
    with pytest.raises(CommandError, match=r"cannot be made|lies in"):
        call_command("backup", Path(folder.format(var=settings.VAR_DIR)))


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(CommandError, match="no backup"):
        call_command("backup", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]
