"""Compare what the index holds with the database, and mend what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from search.backends.base import SearchUnavailable
from search.reconciling import Drift, forget_abandoned, forget_nobodys, reconcile


class Command(BaseCommand):
    help = (
        "Compare every library, or that of one user, with its index; what differs is indexed "
        "again by the running product. It does so itself each night."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="user name; without it, all users")

    def handle(self, *args: Any, **options: Any) -> None:
        users = User.objects.order_by("username")
        if options["user"]:
            users = users.filter(username=options["user"])
            if not users:
                raise CommandError(f"There is no user {options['user']!r}.")
        elif nobodys := forget_nobodys():
            self.stdout.write(f"{nobodys} indexes of users that are gone are deleted")
        if not options["user"] and (left := forget_abandoned()):
            self.stdout.write(f"{left} indexes left half made are deleted")
        total = sum((self._reconcile(user) for user in users.iterator()), Drift(0))
        self.stdout.write(f"{total.items:,} items compared, {total.total:,} to be indexed again")

    def _reconcile(self, user: User) -> Drift:
        try:
            drift = reconcile(user.pk)
        except SearchUnavailable as error:
            raise CommandError(f"{user.username}: {error}. Try again in a moment.") from error
        self.stdout.write(f"{user.username}: {_in_words(drift)}")
        return drift


def _in_words(drift: Drift) -> str:
    if not drift.total:
        return f"{drift.items:,} items, all as in the database"
    return (
        f"{drift.items:,} items; {drift.missing:,} are missing in the index, "
        f"{drift.stale:,} are outdated, {drift.extra:,} are there that should not be"
    )
