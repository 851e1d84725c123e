"""Run steps again: for one item, for what is missing, or for everything."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from gallery.models import Job, JobState, MediaItem, Step
from gallery.services import jobs
from gallery.steps import FOLLOWERS
from workers.estimating import UNDONE, Line, estimate, missing, paid_engines
from workers.results import FIELDS, LABELS, TEXT, forget
from workers.spending.prices import as_dollars

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
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what it would cost, and start nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        steps = options["step"] or [step for step in Step.values if step != Step.INDEX]
        items = self._items(options)
        self._tell_costs(items, steps, options)
        if options["dry_run"]:
            return
        if options["missing"]:
            count = sum(_reopen_missing(items, step) for step in steps)
        else:
            if options["ask_again"]:
                for item in items.iterator():
                    forget(item, _operations(steps))
            count = jobs.reopen(list(items.values_list("pk", flat=True)), steps)
        self.stdout.write(f"{count} jobs were re-opened.")

    def _tell_costs(
        self, items: QuerySet[MediaItem], steps: list[str], options: dict[str, Any]
    ) -> None:
        lines = _costs(items, steps, options) if paid_engines() else []
        for line in lines:
            most = "at most " if line.at_most else ""
            self.stdout.write(
                f"{line.provider} {line.operation}: {most}{line.units} units on {line.items} items,"
                f" ${as_dollars(line.microdollars):f}"
            )
        about = "at most" if any(line.at_most for line in lines) else "about"
        total = as_dollars(sum(line.microdollars for line in lines))
        self.stdout.write(f"It costs {about} ${total:f}." if lines else "It costs nothing.")

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


def _costs(items: QuerySet[MediaItem], steps: list[str], options: dict[str, Any]) -> list[Line]:
    asked = set(steps).union(*(FOLLOWERS.get(step, frozenset()) for step in steps))
    if options["missing"]:
        return missing(items, asked, UNDONE)
    return estimate(items, asked, forgotten=_operations(steps) if options["ask_again"] else ())


def _operations(steps: list[str]) -> list[str]:
    return [_OPERATIONS[Step(step)] for step in steps if step in _OPERATIONS]
