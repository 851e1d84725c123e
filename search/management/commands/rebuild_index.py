"""Index libraries anew from the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from search.backends.base import SearchUnavailable
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
        for user in users:
            self._rebuild(user)

    def _rebuild(self, user: User) -> None:
        try:
            count = rebuild_library(user.pk)
        except SearchUnavailable as error:
            raise CommandError(f"{user.username}: {error}. Try again in a moment.") from error
        self.stdout.write(f"{user.username}: {count} items")
