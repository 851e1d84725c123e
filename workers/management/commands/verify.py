"""Check a backup, or the installation itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers.backup.archive import BackupError
from workers.backup.verifying import problems_of_backup, problems_of_installation


class Command(BaseCommand):
    help = "Check that every file is there and undamaged: of a backup, else of this installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="a backup's folder")
        parser.add_argument(
            "--quick", action="store_true", help="compare sizes only (of the installation)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder, count = options["folder"], 0
        problems = (
            problems_of_backup(folder)
            if folder
            else problems_of_installation(quick=options["quick"])
        )
        try:
            for problem in problems:
                self.stderr.write(problem)
                count += 1
        except BackupError as error:
            raise CommandError(str(error)) from error
        if count:
            raise CommandError(f"{count} problems, see above.")
        self.stdout.write("Everything is there and undamaged.")
