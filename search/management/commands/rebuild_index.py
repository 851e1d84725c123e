"""Index libraries anew from the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from accounts.models import User
from search.backends import get_backend
from search.backends.base import SearchBackend, SearchUnavailable
from search.outbox import rebuild_library


class Command(BaseCommand):
    help = "Index every library anew, or that of one user. Searching goes on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="user name; without it, all users")

    def handle(self, *args: Any, **options: Any) -> None:
        users = User.objects.order_by("username")
        if options["user"]:
            users = users.filter(username=options["user"])
            if not users:
                raise CommandError(f"There is no user {options['user']!r}.")
        try:
            if options["user"]:
                self._rebuild(users[0], get_backend())
            else:
                self._rebuild_all(users)
        except SearchUnavailable as error:
            raise CommandError(f"{error}. Try again in a moment.") from error

    def _rebuild_all(self, users: QuerySet[User]) -> None:
        with get_backend().replacement() as backend:
            for user in users.iterator():
                self._rebuild(user, backend)

    def _rebuild(self, user: User, backend: SearchBackend) -> None:
        try:
            count = rebuild_library(user.pk, backend)
        except SearchUnavailable as error:
            raise CommandError(f"{user.username}: {error}. Try again in a moment.") from error
        self.stdout.write(f"{user.username}: {count} items")
