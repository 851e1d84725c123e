"""Every table that matters, to and from JSONL, whatever database it lies in."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Model

from workers.backup.archive import BackupError

# Made by migrations, or of use to a running installation alone.
_LEFT_OUT = {
    "contenttypes.contenttype",
    "auth.permission",
    "sessions.session",
    "search.outboxentry",
}
# Their rows point at content types and permissions, whose numbers differ between databases.
_BY_NATURAL_KEY = {"admin.logentry", "auth.group", "accounts.user"}


class _ExactEncoder(DjangoJSONEncoder):
    """Django's own cuts moments to milliseconds, by which a restored row differs from the saved."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def tables() -> list[type[Model]]:
    """The models of a backup, those that others name by natural key first."""
    models = [
        model
        for model in apps.get_models()
        if model._meta.managed and model._meta.label_lower not in _LEFT_OUT
    ]
    order = {label: place for place, label in enumerate(("auth.group", "accounts.user"))}
    return sorted(models, key=lambda model: order.get(model._meta.label_lower, len(order)))


@contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging look at the database, during which others may write."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not atomic(): that would take the one lock for writing, and hold everybody up.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def dump(model: type[Model], path: Path) -> int:
    """Write all rows of ``model`` to ``path``; returns how many."""
    label = model._meta.label_lower
    rows = model._base_manager.order_by("pk")
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=5) as out:
        serializers.serialize(
            "jsonl",
            rows.iterator(chunk_size=500),
            stream=out,
            use_natural_foreign_keys=label in _BY_NATURAL_KEY,
            cls=_ExactEncoder,
        )
    return rows.count()


def load_all(folder: Path) -> dict[str, int]:
    """Replace the rows of all tables by those of ``folder``; returns how many each got.

    All or nothing; raises BackupError.
    """
    with transaction.atomic():
        with connection.constraint_checks_disabled():
            _empty()
            counts = {model._meta.label_lower: _load(model, folder) for model in tables()}
        connection.check_constraints()
        _reset_sequences()
    return counts


def dump_path(folder: Path, model: type[Model]) -> Path:
    return folder / f"{model._meta.label_lower}.jsonl.gz"


def _empty() -> None:
    """Remove what migrations and the first start put in."""
    with connection.cursor() as cursor:
        for model in reversed(tables()):
            for table in _tables_of(model):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


def _tables_of(model: type[Model]) -> list[str]:
    many = [field.m2m_db_table() for field in model._meta.local_many_to_many]
    return [*many, model._meta.db_table]


def _load(model: type[Model], folder: Path) -> int:
    path, count = dump_path(folder, model), 0
    if not path.is_file():
        raise BackupError(f"{path} is missing.")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        try:
            for row in serializers.deserialize("jsonl", lines):
                _check_row(row.object, model, path)
                row.save()
                count += 1
        except DeserializationError as error:
            raise BackupError(f"{path}: row {count + 1} cannot be read: {error}") from error
    return count


def _check_row(row: Any, model: type[Model], path: Path) -> None:
    if type(row) is not model:
        raise BackupError(f"{path} holds a row of {row._meta.label_lower}.")


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
