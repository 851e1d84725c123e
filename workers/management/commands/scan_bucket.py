"""Import what lies in the bucket drop already."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gallery.storage import StoreUnavailable
from workers.cloud.ingest import PUT_OFF, scan


class Command(BaseCommand):
    help = "Import what was put into the bucket before its events were listened to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", default="", help="this folder of the drop only")
        parser.add_argument("--dry-run", action="store_true", help="only count what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PIXTRACT_INGEST["bucket"]:
            raise CommandError("Set PIXTRACT_INGEST_BUCKET, or PIXTRACT_S3_BUCKET.")
        counts: Counter[str] = Counter()
        try:
            for key, outcome in scan(user=options["user"], dry_run=options["dry_run"]):
                counts[outcome] += 1
                if options["verbosity"] > 1:
                    shown = "".join(c if c.isprintable() else "?" for c in key)
                    self.stdout.write(f"{outcome}: {shown}")
        except StoreUnavailable as error:
            raise CommandError(f"Stopped; run it again to go on. {error}") from error
        parts = [f"{n} {outcome}" for outcome, n in sorted(counts.items())]
        self.stdout.write(f"{counts.total()} objects: {', '.join(parts) or 'nothing there'}.")
        if counts[PUT_OFF]:
            raise CommandError("Some could not be read now: run it again.")
