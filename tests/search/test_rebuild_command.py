"""``manage.py rebuild_index``: told how far it is, killed, started again, waiting its turn."""

from __future__ import annotations

import fcntl
import io
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.changes import note_change
from search.models import OutboxEntry
from search.progress import Progress
from search.services import search_media
from tests.factories import MediaItemFactory
from tests.search.conftest import index_all

ROOT = Path(__file__).parents[2]
MANY = 1_500


def start(var: Path, settings: Any, *arguments: str) -> subprocess.Popen[str]:
    """Start the command on the test's database and engine."""
    server = settings.PIXTRACT_OPENSEARCH
    own = {
        "PIXTRACT_VAR_DIR": str(var),
        "PIXTRACT_DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "PIXTRACT_SEARCH_BACKEND": settings.PIXTRACT_SEARCH_BACKEND,
        "PIXTRACT_OPENSEARCH_URL": server["url"],
        "PIXTRACT_OPENSEARCH_INDEX": server["index"],
        "DJANGO_SETTINGS_MODULE": "pixtract.settings",
    }
    return subprocess.Popen(  # noqa: S603  # our own interpreter and command
        [sys.executable, "-u", "manage.py", "rebuild_index", *arguments],
        cwd=ROOT,
        env={**os.environ, **{name: value for name, value in own.items() if value}},
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(command: subprocess.Popen[str]) -> list[str]:
    said, _ = command.communicate(timeout=120)
    assert command.returncode == 0, said
    return said.splitlines()


def items_of(owner: User, count: int, name: str) -> list[MediaItem]:
    built = [MediaItemFactory.build(owner=owner, file_name=f"{name}.jpg") for _ in range(count)]
    return MediaItem.objects.bulk_create(built)


def rename(item: MediaItem, name: str) -> None:
    MediaItem.objects.filter(pk=item.pk).update(file_name=name)
    note_change(item.owner_id, [item.pk])


def found(user: User, text: str) -> int:
    return search_media(user, text).total


@pytest.fixture
def var(tmp_path: Path, settings: Any) -> Path:
    settings.PIXTRACT_INDEX_DIR = tmp_path / "var" / "index"
    return tmp_path / "var"


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_killed_it_goes_on_from_there_and_misses_no_change(
    alice: User, bob: User, var: Path, settings: Any
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the command is started on the database file of the tests")
    (mine, *_), (first, *_, last) = items_of(alice, 30, "mine"), items_of(bob, MANY, "his")
    command = start(var, settings)
    assert command.stdout is not None
    assert command.stdout.readline() == "alice: 30 items\n"
    command.kill()
    command.communicate()
    for item in (mine, first, last):
        rename(item, "renamed.jpg")
    index_all()
    said = finish(start(var, settings))
    assert said[0] == "alice: done before"
    # The indexer has made it, unless all libraries lie in one index that is being replaced.
    assert said[1] in ("bob: done before", f"bob: {MANY} items")
    assert (found(alice, "renamed"), found(alice, "mine")) == (1, 29)
    assert (found(bob, "renamed"), found(bob, "his")) == (2, MANY - 2)
    assert not OutboxEntry.objects.exists()
    stale = MediaItem.objects.exclude(indexed_version__gte=1)
    assert not stale.exists()
    # What went well is not gone on with.
    assert finish(start(var, settings))[0] == "alice: 30 items"


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_afresh_means_all_of_it(alice: User, bob: User, var: Path, settings: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the command is started on the database file of the tests")
    items_of(alice, 3, "mine"), items_of(bob, MANY, "his")
    command = start(var, settings)
    assert command.stdout is not None
    command.stdout.readline()
    command.kill()
    command.communicate()
    assert finish(start(var, settings, "--afresh"))[0] == "alice: 3 items"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("embedded")
def test_it_waits_for_the_indexer(alice: User, var: Path) -> None:
    items_of(alice, 3, "mine")
    home = var / "index" / str(alice.pk)
    home.mkdir(parents=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_due = threading.Event()

        def release() -> None:
            is_due.set()
            fcntl.flock(lock, fcntl.LOCK_UN)

        releasing = threading.Timer(1.0, release)
        releasing.start()
        call_command("rebuild_index", stdout=io.StringIO())
        assert is_due.is_set()
        releasing.join()
    assert found(alice, "mine") == 3


class Terminal(io.StringIO):
    """An output that counts as a terminal or not."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal

    def write(self, text: str, /, *, ending: str = "\n") -> int:
        return super().write(text + ending)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_tells_rate_share_and_rest(
    monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool
) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    output = Terminal(is_terminal=is_terminal)
    progress = Progress(output, 1000)
    progress.skip(100)
    for _ in range(4):
        clock[0] += 4.0
        progress.add(100)
    progress.say("alice: 500 items")
    progress.end()
    told = output.getvalue()
    line = "400 of 1,000 items (40%), 25 a second, 0:00:24 left"
    assert line in told
    assert ("\r" in told) is is_terminal
    assert told.count(" a second, ") == (4 if is_terminal else 1)
    assert told.endswith("400 items in 16.0 s, 25 a second\n")


def test_nothing_to_do_is_no_division_by_zero() -> None:
    output = Terminal(is_terminal=False)
    progress = Progress(output, 0)
    progress.add(0)
    assert progress.line().startswith("0 of 0 items (0%), 0 a second")


def test_a_library_that_grew_is_not_more_than_whole() -> None:
    progress = Progress(Terminal(is_terminal=False), 1)
    progress.add(5)
    assert "(100%)" in progress.line()
