"""From a backup into an empty installation: the files first, then all rows at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from accounts.models import User
from gallery.models import Job, MediaItem, Rendition, Step
from gallery.services import jobs
from gallery.services.changes import batches
from search.outbox import enqueue_library
from workers.backup import files, tables
from workers.backup.archive import (
    CHECKSUMS,
    DATABASE,
    FILE_LIST,
    FILES,
    SECRET,
    BackupError,
    Manifest,
    current_migrations,
    file_path,
    hash_of,
    read_checksums,
    read_manifest,
)

Say = Callable[[str], object]


def restore(folder: Path, *, say: Say, skip_damaged: bool = False) -> Manifest:
    """Bring back what ``folder`` holds; can be broken off and begun again.

    Raises BackupError: when the installation is not empty, when another release made the
    backup, when something in it is missing or damaged. With ``skip_damaged`` files that are
    missing or damaged are left out and told, and everything else comes back.
    """
    manifest = read_manifest(folder)
    _check_release(manifest)
    _check_empty()
    checksums = read_checksums(folder / CHECKSUMS)
    _check_tables(folder, checksums)
    _check_files(folder, checksums, skip_damaged=skip_damaged)
    missing = _put_back(folder, checksums, manifest.files, say)
    counts = tables.load_all(folder / DATABASE)
    if counts != manifest.rows:
        raise BackupError("The tables hold other numbers of rows than the manifest says.")
    _restore_secret(folder)
    _set_going(renditions=manifest.renditions)
    say(f"{sum(counts.values())} rows restored.")
    for key in missing:
        say(f"not restored, since the backup lacks it whole: {key}")
    return manifest


def _check_release(manifest: Manifest) -> None:
    ours = current_migrations()
    differing = [
        app
        for app in sorted({*ours, *manifest.migrations})
        if ours.get(app) != manifest.migrations.get(app)
    ]
    if differing:
        app = differing[0]
        raise BackupError(
            f"Another release made this backup ({app}: {manifest.migrations.get(app)}, here:"
            f" {ours.get(app)}). Restore it with that release, then update."
        )


def _check_empty() -> None:
    if User.objects.exists() or MediaItem.objects.exists():
        raise BackupError(
            "This installation has accounts or items. Restore into an empty one: another"
            " PIXTRACT_VAR_DIR, or another PIXTRACT_DATABASE_URL and store."
        )


def _check_tables(folder: Path, checksums: dict[str, str]) -> None:
    names = [
        FILE_LIST,
        *(f"{DATABASE}/{tables.dump_path(folder, m).name}" for m in tables.tables()),
    ]
    for name in names:
        path = folder / name
        if not path.is_file() or hash_of(path) != checksums.get(name):
            raise BackupError(f"{path} is missing or damaged.")


def _check_files(folder: Path, checksums: dict[str, str], *, skip_damaged: bool) -> None:
    """Find out before anything is written that a file is missing or damaged."""
    damaged = [
        named.key
        for named in files.read_list(folder / FILE_LIST)
        if (digest := checksums.get(f"{FILES}/{named.key}"))
        and not _is_whole(file_path(folder, named.key), digest)
    ]
    if damaged and not skip_damaged:
        raise BackupError(
            f"{len(damaged)} files are missing or damaged, the first of them {damaged[0]}. Nothing"
            " was restored. Mend the backup, or leave them out with --skip-damaged."
        )


def _is_whole(path: Path, digest: str) -> bool:
    return path.is_file() and hash_of(path) == digest


def _put_back(folder: Path, checksums: dict[str, str], count: int, say: Say) -> list[str]:
    """Store every whole file; returns the keys of which there is none."""
    missing: list[str] = []
    for number, named in enumerate(files.read_list(folder / FILE_LIST), 1):
        path, digest = file_path(folder, named.key), checksums.get(f"{FILES}/{named.key}", "")
        if digest and _is_whole(path, digest):
            files.put_back(named.key, path, digest)
        else:
            missing.append(named.key)
        if number % 1000 == 0:
            say(f"{number} of {count} files")
    return missing


def _restore_secret(folder: Path) -> None:
    if (folder / SECRET).is_file():
        target = Path(settings.VAR_DIR) / SECRET
        shutil.copyfile(folder / SECRET, target)
        target.chmod(0o600)


def _set_going(*, renditions: bool) -> None:
    """Let the workers and the indexer make again what the backup does not hold."""
    MediaItem.objects.update(indexed_version=0)
    Job.objects.filter(step=Step.INDEX).update(state="waiting", finished_at=None)
    for owner_id in User.objects.values_list("pk", flat=True):
        enqueue_library(owner_id)
    if not renditions:
        Rendition.objects.all().delete()
        for ids in batches(list(MediaItem.objects.values_list("pk", flat=True))):
            jobs.reopen(ids, {Step.RENDER})
