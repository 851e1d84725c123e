"""Run steps again: for one item, for what is missing, or for everything."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from gallery.models import Job, JobState, MediaItem, Step
from gallery.services import jobs
from workers.results import FIELDS, LABELS, TEXT, forget

_OPERATIONS = {Step.LABEL: LABELS, Step.READ: TEXT, Step.EXTRACT: FIELDS}


class Command(BaseCommand):
    help = "Run pipeline steps again. Kept answers of engines are used unless --ask-again is given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = [step for step in Step.values if step != Step.INDEX]
        parser.add_argument("--step", action="append", choices=steps, help="default: every step")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--missing", action="store_true", help="only what is not done")
        which.add_argument("--all", action="store_true", help="every item")
        which.add_argument("--item", type=UUID, help="one item")
        parser.add_argument("--user", help="only this user's items")
        parser.add_argument(
            "--ask-again", action="store_true", help="forget the kept answers first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        steps = options["step"] or [step for step in Step.values if step != Step.INDEX]
        items = self._items(options)
        if options["missing"]:
            count = sum(_reopen_missing(items, step) for step in steps)
        else:
            if options["ask_again"]:
                _forget(items, steps)
            count = jobs.reopen(list(items.values_list("pk", flat=True)), steps)
        self.stdout.write(f"{count} jobs were re-opened.")

    def _items(self, options: dict[str, Any]) -> QuerySet[MediaItem]:
        items = MediaItem.objects.all()
        if options["user"]:
            items = items.filter(owner__username=options["user"])
        if options["item"]:
            items = items.filter(pk=options["item"])
            if not items.exists():
                raise CommandError(f"There is no item {options['item']}.")
        return items


def _reopen_missing(items: QuerySet[MediaItem], step: str) -> int:
    unfinished = Job.objects.filter(
        item__in=items, step=step, state__in=(JobState.FAILED, JobState.SKIPPED)
    ).exclude(error_code__in=("no_location", "playable", "no_document"))
    return jobs.reopen(list(unfinished.values_list("item_id", flat=True)), [step])


def _forget(items: QuerySet[MediaItem], steps: list[str]) -> None:
    operations = [_OPERATIONS[Step(step)] for step in steps if step in _OPERATIONS]
    for item in items.iterator():
        forget(item, operations)
