"""Index libraries anew from the database."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from accounts.models import User
from gallery.models import MediaItem
from search.backends import get_backend
from search.backends.base import IndexHeld, SearchBackend, SearchUnavailable
from search.outbox import rebuild_library
from search.progress import Progress

# The indexer holds a library for moments, and that of a process that was killed runs out.
PATIENCE_SECONDS = 150.0
_TRY_AGAIN_SECONDS = 0.5
_COLLECTED_AFTER = (100_000, 20, 20)


class Command(BaseCommand):
    help = (
        "Index every library anew, or that of one user. Searching goes on meanwhile. Broken off, "
        "it goes on from there when it is started again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="user name; without it, all users")
        parser.add_argument(
            "--afresh", action="store_true", help="do not go on with what was broken off"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        users = User.objects.order_by("username")
        if options["user"]:
            users = users.filter(username=options["user"])
            if not users:
                raise CommandError(f"There is no user {options['user']!r}.")
        items = MediaItem.objects.filter(owner__in=users, trashed_at=None).count()
        progress = Progress(self.stdout, items)
        try:
            with _seldom_collecting():
                if options["user"]:
                    self._rebuild(users[0], get_backend(), progress)
                else:
                    self._rebuild_all(users, progress, afresh=options["afresh"])
        except SearchUnavailable as error:
            raise CommandError(f"{error}. Try again in a moment.") from error
        progress.end()

    def _rebuild_all(self, users: QuerySet[User], progress: Progress, *, afresh: bool) -> None:
        with get_backend().replacement(afresh=afresh) as backend:
            for user in users.iterator():
                if backend.has_rebuilt(user.pk):
                    progress.skip(MediaItem.objects.filter(owner=user, trashed_at=None).count())
                    progress.say(f"{user.username}: done before")
                else:
                    self._rebuild(user, backend, progress)

    def _rebuild(self, user: User, backend: SearchBackend, progress: Progress) -> None:
        try:
            count = _patiently(lambda: rebuild_library(user.pk, backend, progress.add))
        except SearchUnavailable as error:
            raise CommandError(f"{user.username}: {error}. Try again in a moment.") from error
        progress.say(f"{user.username}: {count} items")


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for cycles of garbage less often: rows and documents make none, and there are many."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _patiently(attempt: Callable[[], int]) -> int:
    """Try until the engine is free, within reason. Raises SearchUnavailable."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return attempt()
        except IndexHeld:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_TRY_AGAIN_SECONDS)
