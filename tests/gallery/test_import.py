"""Importing a folder from the console."""

from __future__ import annotations

import io
import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from gallery import storage
from gallery.models import MediaItem
from tests.factories import picture_bytes

SIDECAR = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'


def run(folder: Path, *options: str, refused: int = 2) -> str:
    """Import the folder; ``refused`` of its files, which the exit status tells."""
    out = io.StringIO()
    expected = (
        pytest.raises(CommandError, match=f" {refused} refused") if refused else nullcontext()
    )
    with expected:
        call_command("import", str(folder), "--user=alice", *options, stdout=out)
    return out.getvalue()


def names() -> set[str]:
    return set(MediaItem.objects.values_list("file_name", flat=True))


@pytest.fixture
def folder(alice: User, tmp_path: Path) -> Path:
    root = tmp_path / "photos"
    (root / "2024" / "summer").mkdir(parents=True)
    (root / ".cache").mkdir()
    (root / "a.jpg").write_bytes(picture_bytes(1))
    (root / "2024" / "summer" / "b.jpg").write_bytes(picture_bytes(2))
    (root / ".cache" / "thumb.jpg").write_bytes(picture_bytes(3))
    (root / ".hidden.jpg").write_bytes(picture_bytes(4))
    (root / "notes.txt").write_bytes(b"words")
    (root / "empty.jpg").write_bytes(b"")
    return root


def listing(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_folder_is_taken_over_and_left_alone(folder: Path) -> None:
    before = listing(folder)
    told = run(folder)
    assert names() == {"a.jpg", "b.jpg"}
    assert "2 imported" in told
    assert "refused notes.txt: This is not a photo" in told
    assert "refused empty.jpg: The file is empty." in told
    assert listing(folder) == before
    assert not list(Path(settings.PIXTRACT_WORK_DIR).glob("import-*"))


def test_second_run_goes_on(folder: Path) -> None:
    run(folder)
    (folder / "c.jpg").write_bytes(picture_bytes(5))
    MediaItem.objects.filter(file_name="a.jpg").update(trashed_at="2024-01-01T00:00Z")
    told = run(folder)
    assert "1 imported" in told
    assert "1 already there" in told
    assert "1 restored from the trash" in told
    assert MediaItem.objects.filter(trashed_at=None).count() == 3


def test_dry_run_changes_nothing(folder: Path) -> None:
    told = run(folder, "--dry-run")
    assert "2 imported" in told
    assert not MediaItem.objects.exists()


def test_sidecars_come_with_their_photos(folder: Path) -> None:
    (folder / "a.jpg.xmp").write_bytes(SIDECAR)
    (folder / "2024" / "summer" / "B.XMP").write_bytes(SIDECAR + b" ")
    (folder / "alone.xmp").write_bytes(SIDECAR)
    told = run(folder, refused=3)
    for item in MediaItem.objects.all():
        with storage.open_stored(item.sidecar_key) as stored:
            assert stored.read().strip() == SIDECAR
    assert "refused alone.xmp: An XMP sidecar must come together" in told


def test_links_lead_nowhere_else(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(picture_bytes(6))
    (folder / "link.jpg").symlink_to(outside / "secret.jpg")
    (folder / "folder").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "self.jpg").symlink_to(folder / "self.jpg")
    (folder / "again.jpg").symlink_to(folder / "a.jpg")
    os.mkfifo(folder / "pipe.jpg")
    told = run(folder)
    assert names() == {"a.jpg", "b.jpg"}
    assert "5 files: 1 already there, 2 imported, 2 refused." in told
    assert "Skipped without trying: hidden 2, links 4, special files 1." in told


def test_nothing_refused_is_success(folder: Path) -> None:
    told = run(folder / "2024", refused=0)
    assert told == "1 file: 1 imported, 0 refused.\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_closed_folder_is_counted(folder: Path) -> None:
    (folder / "2024" / "summer").chmod(0)
    told = run(folder / "2024", refused=0)
    (folder / "2024" / "summer").chmod(0o700)
    assert "0 files" in told
    assert "unreadable 1" in told


def test_names_that_are_no_text(folder: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/\xff\x1b[31m.jpg"))
    odd.write_bytes(picture_bytes(7))
    odd.with_suffix(".txt").write_bytes(b"words")
    told = run(folder, refused=3)
    assert "[31m.jpg" in names()
    assert "\x1b" not in told


def test_unknown_user_or_folder(alice: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no user bob"):
        call_command("import", str(tmp_path), "--user=bob")
    with pytest.raises(CommandError, match="not a folder"):
        call_command("import", str(tmp_path / "nothing"), "--user=alice")
