"""What has to be in order before the processes start: settings, database.

``python -m pixtract.prepare`` prints, on standard output, what to do next.
"""

from __future__ import annotations

import argparse
import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, SystemCheckError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def main() -> int:
    """Check, migrate, and say what comes next; returns the exit status."""
    options = _parse()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixtract.settings")
    try:
        django.setup()
        BaseCommand(stderr=sys.stderr).check()
        migrate_if_needed()
        sys.stdout.write(what_next(local_only=options.local_only) + "\n")
    except (ImproperlyConfigured, SystemCheckError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except DatabaseError as error:
        sys.stderr.write(f"The database of PIXTRACT_DATABASE_URL cannot be used: {error}\n")
        return 1
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pixtract.prepare", description=__doc__)
    parser.add_argument("--local-only", action="store_true", help="no other machine can connect")
    return parser.parse_args()


def migrate_if_needed() -> None:
    """Apply what is not yet applied; looking is much faster than an empty run of migrate."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        sys.stderr.write("Bringing the database up to date ...\n")
        call_command("migrate", interactive=False, verbosity=0)


def what_next(*, local_only: bool) -> str:
    """Two lines for the console: where it runs, and the first step."""
    # Models cannot be imported before django.setup().
    from accounts.first_run import first_run_token, installation_is_empty

    where = f"Pixtract is running at {settings.BASE_URL}/ (Ctrl-C stops it)."
    if not installation_is_empty():
        return f"{where}\nNext: log in, drop photos, videos or PDFs on the page, then search."
    first = "Next: open that page and make the administrator's account"
    if local_only:
        return f"{where}\n{first}."
    return f"{where}\n{first}; from another machine the one-time token is {first_run_token()}"


if __name__ == "__main__":
    sys.exit(main())
