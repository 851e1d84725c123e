"""Save everything that cannot be made anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers.backup.archive import BackupError
from workers.backup.making import make


class Command(BaseCommand):
    help = "Write a backup into a folder, or bring it up to date. The product may be running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--without-renditions",
            action="store_true",
            help="leave out previews and the like; a restore makes them anew",
        )
        parser.add_argument(
            "--prune", action="store_true", help="remove saved files of items deleted since"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = make(
                options["folder"],
                renditions=not options["without_renditions"],
                prune=options["prune"],
                say=self.stdout.write,
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        for problem in manifest.problems:
            self.stderr.write(problem)
        self.stdout.write(f"{manifest.files} files, {manifest.size_bytes / 1e6:.1f} MB.")
        if manifest.problems:
            raise CommandError(f"{len(manifest.problems)} files could not be saved, see above.")
