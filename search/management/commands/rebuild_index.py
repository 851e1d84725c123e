"""Index libraries anew from the database."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from accounts.models import User
from gallery.models import MediaItem
from search.backends import get_backend
from search.backends.base import SearchBackend, SearchUnavailable
from search.crew import crew_for
from search.crew_member import seldom_collect
from search.progress import Progress
from search.rebuilding import NotRebuilt, Rebuilding


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
                    self._rebuild(users, get_backend(), items, progress)
                else:
                    with get_backend().replacement(afresh=options["afresh"]) as backend:
                        self._rebuild(users, backend, items, progress)
        except (SearchUnavailable, NotRebuilt) as error:
            raise CommandError(f"{error}. Try again in a moment.") from error
        progress.end()

    def _rebuild(
        self, users: QuerySet[User], backend: SearchBackend, items: int, progress: Progress
    ) -> None:
        with crew_for(items) as crew:
            rebuilding = Rebuilding(backend, crew, progress.add)
            for user, count in rebuilding.run(users.iterator()):
                if count is None:
                    progress.skip(MediaItem.objects.filter(owner=user, trashed_at=None).count())
                    progress.say(f"{user.username}: done before")
                else:
                    progress.say(f"{user.username}: {count} items")


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    before = gc.get_threshold()
    seldom_collect()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
