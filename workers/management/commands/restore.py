"""Bring a backup back into an empty installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers.backup.archive import BackupError
from workers.backup.restoring import restore


class Command(BaseCommand):
    help = "Restore a backup into an empty installation, of the same release, that is not running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--skip-damaged",
            action="store_true",
            help="leave out files that the backup has missing or damaged, and tell which",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        try:
            restore(options["folder"], say=self.stdout.write, skip_damaged=options["skip_damaged"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Restored. At the next start the search index is made anew.")
