"""Django's ``createsuperuser`` for an installation that was never started before."""

from __future__ import annotations

import os
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User


class Command(createsuperuser.Command):
    """Makes the database first, and asks for a good password of scripts as of people."""

    help = "Make an administrator's account; on an empty installation, the database, too."
    # Django's warning would come before the migrations are applied here.
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when the password from the environment is too weak."""
        if not options["interactive"]:
            _check_password(options)
        _migrate_if_needed(options["database"])
        super().handle(*args, **options)


def _check_password(options: dict[str, Any]) -> None:
    password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
    if password is None:
        # Django makes an account that cannot log in until it is given a password.
        return
    named = {
        name: options[name] or os.environ.get(f"DJANGO_SUPERUSER_{name.upper()}", "")
        for name in (User.USERNAME_FIELD, *User.REQUIRED_FIELDS)
    }
    try:
        validate_password(password, User(**named))
    except ValidationError as error:
        reasons = " ".join(error.messages)
        raise CommandError(f"DJANGO_SUPERUSER_PASSWORD is refused: {reasons}") from error


def _migrate_if_needed(database: str) -> None:
    executor = MigrationExecutor(connections[database])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database=database, interactive=False, verbosity=0)
