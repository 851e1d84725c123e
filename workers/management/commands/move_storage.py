"""Move everything between the folder of media and the bucket."""

from __future__ import annotations

import errno
import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from gallery.storage import StoreUnavailable
from workers.cloud.bucket import BucketStorage
from workers.moving import (
    Bucket,
    Folder,
    NamedFile,
    Outcome,
    Way,
    count_named,
    into_bucket,
    into_folder,
    is_there,
    move,
    named_files,
)

_SIDE_BY_SIDE = 8
_BATCH = 64
_FAILED = (Outcome.MISSING, Outcome.DAMAGED)


@dataclass(slots=True)
class Progress:
    """What is done so far; ``verified`` are the keys that this run or an earlier one verified."""

    total: int
    journal: TextIO
    verified: set[str]
    counts: Counter[Outcome] = field(default_factory=Counter)
    size: int = 0

    def note(self, file: NamedFile, outcome: Outcome) -> None:
        self.counts[outcome] += 1
        self.size += file.size if outcome == Outcome.COPIED else 0
        if outcome not in _FAILED and file.key not in self.verified:
            self.verified.add(file.key)
            self.journal.write(f"{file.key}\n")

    def __str__(self) -> str:
        done = f"{self.counts.total()} of {self.total}"
        parts = [f"{n} {outcome}" for outcome, n in sorted(self.counts.items())]
        return f"{done}: {', '.join(parts) or 'nothing'}; {filesizeformat(self.size)} copied."


class Command(BaseCommand):
    help = (
        "Copy originals, sidecars and renditions between PIXTRACT_MEDIA_ROOT and "
        "PIXTRACT_S3_BUCKET, and read each copy to compare its hash. Stop the product first. "
        "Run the same command again to go on after an interruption. The source stays, "
        "unless --delete-source is given and every file was verified."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, choices=("s3", "folder"))
        parser.add_argument("--delete-source", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        way = _way(options["to"])
        journal = settings.VAR_DIR / f"move-to-{options['to']}.journal"
        with _opened_journal(journal) as (lines, verified):
            progress = Progress(count_named(), lines, verified)
            try:
                self._move_all(way, progress)
            except KeyboardInterrupt as stop:
                raise CommandError("Stopped. Run the same command again to go on.") from stop
            except OSError as error:
                raise CommandError(_reason(error)) from error
            finally:
                self.stdout.write(str(progress))
        if any(progress.counts[outcome] for outcome in _FAILED):
            raise CommandError("Not every file could be verified: nothing was deleted.")
        if options["delete_source"]:
            self._delete(way, progress.verified)
        journal.unlink()

    def _move_all(self, way: Way, progress: Progress) -> None:
        files = named_files()
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            while batch := list(islice(files, _BATCH)):
                outcomes = pool.map(lambda file: _move_one(file, way, progress.verified), batch)
                for file, outcome in zip(batch, outcomes, strict=True):
                    progress.note(file, outcome)
                    if outcome in _FAILED:
                        self.stdout.write(f"{outcome}: {file.key}")
                progress.journal.flush()
                self._show(progress)

    def _show(self, progress: Progress) -> None:
        ending = "\r" if self.stderr.isatty() else "\n"
        if self.stderr.isatty() or progress.counts.total() % (_BATCH * 10) == 0:
            self.stderr.write(str(progress), ending=ending)
            self.stderr.flush()

    def _delete(self, way: Way, verified: set[str]) -> None:
        files, count = named_files(), 0
        while batch := list(islice(files, _BATCH)):
            # Rows may have come and gone since; what goes must be at the target even now.
            sure = (file for file in batch if file.key in verified)
            keys = [file.key for file in sure if is_there(file, way.target)]
            way.source.drop(keys)
            count += len(keys)
        self.stdout.write(f"{count} files deleted at the source.")


def _move_one(file: NamedFile, way: Way, verified: set[str]) -> Outcome:
    if file.key in verified and is_there(file, way.target):
        return Outcome.THERE
    return move(file, way)


def _way(to: str) -> Way:
    if not settings.PIXTRACT_S3["bucket"]:
        raise CommandError("Set PIXTRACT_S3_BUCKET, for either way: it names the bucket.")
    store = BucketStorage(**settings.STORAGES["default"]["OPTIONS"])
    try:
        store.check_reachable()
    except StoreUnavailable as error:
        raise CommandError(f"The bucket cannot be used: {error}.") from error
    bucket, folder = Bucket(store), Folder(settings.MEDIA_ROOT)
    return into_bucket(folder, bucket) if to == "s3" else into_folder(bucket, folder)


@contextmanager
def _opened_journal(path: Path) -> Iterator[tuple[TextIO, set[str]]]:
    """The list of verified keys of this very move; one of another move begins anew."""
    options = settings.PIXTRACT_S3
    places = [options["endpoint_url"], options["bucket"], options["prefix"]]
    heading = json.dumps([*places, str(settings.MEDIA_ROOT)])
    lines = path.read_text().splitlines() if path.is_file() else []
    goes_on = bool(lines) and lines[0] == heading
    with path.open("a" if goes_on else "w") as journal:
        if not goes_on:
            journal.write(f"{heading}\n")
        yield journal, set(lines[1:]) if goes_on else set()


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "There is no space left. Make some, then run the same command again."
    return f"Stopped by an error; run the same command again to go on. {error}"
