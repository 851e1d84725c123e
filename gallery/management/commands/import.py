"""Import a folder of photos, videos and documents into a user's library."""

from __future__ import annotations

import errno
import logging
import shutil
from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db.models import Q
from django.template.defaultfilters import pluralize

from accounts.models import User
from gallery.services.importing import Candidate, SkipReason, import_file, list_folder
from gallery.services.uploads import UploadRefused

_BAR = 30


@dataclass(slots=True)
class Report:
    """What became of the files so far."""

    total: int
    skipped: Counter[SkipReason]
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Path, str]] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(self.counts.values()) + len(self.refused)


class Command(BaseCommand):
    help = (
        "Import a folder and what is below it. Files in it are only read. Run the same "
        "command again to go on after an interruption: what is there is not taken twice. "
        "The exit status is 1 when any file was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--user", required=True, help="user name or e-mail address")
        parser.add_argument("--dry-run", action="store_true", help="tell only what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, dry_run = options["folder"], options["dry_run"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        owner = _user(options["user"])
        listing = list_folder(folder)
        report = Report(len(listing.candidates), listing.skipped)
        if self.stderr.isatty():
            # A line for each file would tear the progress bar apart.
            logging.getLogger("gallery").setLevel(logging.WARNING)
        try:
            for candidate in listing.candidates:
                _import_one(owner, candidate, report, dry_run=dry_run)
                _show_progress(self.stderr, report)
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. Run the same command again to go on.") from stop
        finally:
            self._summarize(report, folder, dry_run=dry_run)
        if report.refused:
            raise CommandError(f"Not all files were taken: {len(report.refused)} refused.")

    def _summarize(self, report: Report, folder: Path, *, dry_run: bool) -> None:
        for path, reason in report.refused:
            self.stdout.write(f"refused {_shown(path, folder)}: {reason}")
        counts = [f"{n} {outcome}" for outcome, n in sorted(report.counts.items())]
        parts = [*counts, f"{len(report.refused)} refused"]
        if dry_run:
            self.stdout.write("A dry run: nothing was changed. It would be:")
        self.stdout.write(f"{report.total} file{pluralize(report.total)}: {', '.join(parts)}.")
        if report.skipped:
            reasons = [f"{reason} {n}" for reason, n in sorted(report.skipped.items())]
            self.stdout.write(f"Skipped without trying: {', '.join(reasons)}.")


def _user(name: str) -> User:
    user = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).first()
    if user is None:
        raise CommandError(f"There is no user {name}.")
    return user


def _import_one(owner: User, candidate: Candidate, report: Report, *, dry_run: bool) -> None:
    try:
        report.counts[import_file(owner, candidate, dry_run=dry_run).value] += 1
    except UploadRefused as refusal:
        report.refused.append((candidate.path, refusal.message))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CommandError("There is no space left to store files.") from error
        report.refused.append((candidate.path, error.strerror or str(error)))


def _shown(path: Path, folder: Path) -> str:
    """The path as a console can show it: names on disk may hold anything."""
    name = str(path.relative_to(folder.resolve()))
    return "".join(c if c.isprintable() else "?" for c in name)


def _show_progress(stream: OutputWrapper, report: Report) -> None:
    if not stream.isatty():
        return
    filled = _BAR * report.done // report.total
    bar = "█" * filled + "·" * (_BAR - filled)
    line = f"\r{bar} {report.done}/{report.total}, {len(report.refused)} refused"
    width = shutil.get_terminal_size().columns
    stream.write(line[:width], ending="\n" if report.done == report.total else "")
    stream.flush()
