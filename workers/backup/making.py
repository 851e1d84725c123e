"""Makes a backup, or brings one up to date; the one before stays whole until the end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from gallery.models import MediaItem
from workers.backup import files, tables
from workers.backup.archive import (
    CHECKSUMS,
    DATABASE,
    FILE_LIST,
    FILES,
    MANIFEST,
    SECRET,
    BackupError,
    Manifest,
    current_migrations,
    hash_of,
    read_checksums,
    write_manifest,
)

Say = Callable[[str], object]


def make(folder: Path, *, renditions: bool, prune: bool, say: Say) -> Manifest:
    """Write a backup into ``folder``; raises BackupError when it cannot be made at all.

    A stored file that is missing or damaged does not stop it: ``problems`` names it.
    """
    _claim(folder)
    new = folder / "new"
    shutil.rmtree(new, ignore_errors=True)
    (new / DATABASE).mkdir(parents=True, mode=0o700)
    with tables.snapshot():
        rows = _dump(new / DATABASE)
        count = files.write_list(new / FILE_LIST, renditions=renditions)
    say(f"{sum(rows.values())} rows of {len(rows)} tables written.")
    checksums, size, problems = _save_files(folder, new / FILE_LIST, count, say)
    checksums |= _keep_secret(new) | {
        f"{DATABASE}/{path.name}": hash_of(path) for path in (new / DATABASE).iterdir()
    }
    checksums[FILE_LIST] = hash_of(new / FILE_LIST)
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(checksums.items()))
    (new / CHECKSUMS).write_text(lines)
    manifest = Manifest(
        created_at=timezone.now().isoformat(),
        migrations=current_migrations(),
        rows=rows,
        files=len([name for name in checksums if name.startswith(f"{FILES}/")]),
        size_bytes=size,
        renditions=renditions,
        problems=problems,
    )
    write_manifest(new / MANIFEST, manifest)
    _replace(folder, new)
    if prune:
        say(f"{files.prune(folder, checksums)} files removed that no row names any more.")
    return manifest


def _claim(folder: Path) -> None:
    own = Path(settings.VAR_DIR).resolve()
    if folder.resolve() == own or own in folder.resolve().parents:
        raise BackupError(f"{folder} lies in {own}, which it is to save. Name another folder.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{folder} cannot be made: {error.strerror}") from error
    ours = {DATABASE, FILES, FILE_LIST, CHECKSUMS, MANIFEST, SECRET, "new", "old"}
    strange = [path.name for path in folder.iterdir() if path.name not in ours]
    if strange:
        raise BackupError(f"{folder} is no backup: it holds {strange[0]}. Name an empty folder.")


def _dump(folder: Path) -> dict[str, int]:
    return {
        model._meta.label_lower: tables.dump(model, tables.dump_path(folder, model))
        for model in tables.tables()
    }


def _save_files(
    folder: Path, list_path: Path, count: int, say: Say
) -> tuple[dict[str, str], int, list[str]]:
    known = read_checksums(folder / CHECKSUMS)
    checksums: dict[str, str] = {}
    total, problems = 0, list[str]()
    for number, named in enumerate(files.read_list(list_path), 1):
        try:
            checksums[f"{FILES}/{named.key}"], size = files.save(named, folder, known)
            total += size
        except FileNotFoundError:
            if MediaItem.objects.filter(pk=named.item_id).exists():
                problems.append(f"{named.key}: the stored file is missing.")
        except BackupError as error:
            problems.append(str(error))
        if number % 1000 == 0:
            say(f"{number} of {count} files")
    return checksums, total, problems


def _keep_secret(new: Path) -> dict[str, str]:
    """The signing key, where the installation made it itself."""
    source = Path(settings.VAR_DIR) / SECRET
    if not source.is_file():
        return {}
    shutil.copyfile(source, new / SECRET)
    (new / SECRET).chmod(0o600)
    return {SECRET: hash_of(new / SECRET)}


def _replace(folder: Path, new: Path) -> None:
    """Put the new backup in the old one's place; the manifest goes first and comes last."""
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder / DATABASE, ignore_errors=True)
    for name in (DATABASE, FILE_LIST, CHECKSUMS, SECRET, MANIFEST):
        if (new / name).exists():
            (new / name).replace(folder / name)
    new.rmdir()
