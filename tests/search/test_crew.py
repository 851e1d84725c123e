"""Libraries that several processes read: nothing lost, nothing twice, and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from gallery.models import MediaItem
from search import crew as crews
from search import documents, outbox
from search.crew import Crew, crew_for
from search.models import OutboxEntry
from search.services import search_media
from tests.factories import (
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)
from tests.search.conftest import index_all
from tests.search.test_rebuild_command import start

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

COUNT = 60


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of a few items is worth it, and is read in many batches."""
    monkeypatch.setattr(crews, "WORTH_IT", 1)
    monkeypatch.setattr(documents, "BATCH", 7)
    if len(os.sched_getaffinity(0)) < 2:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


@pytest.fixture
def crew(small_batches: None, settings: Any) -> Iterator[Crew]:
    """Two processes or more that are at work already."""
    with crew_for(COUNT) as crew:
        assert members(crew)
        yield crew


def members(crew: Crew) -> list[int]:
    """Return the processes of a crew once one of them has answered."""
    future = crew.give(os.getpid)
    assert future is not None and future.result(60) != os.getpid()
    assert crew._pool is not None
    return list(crew._pool._processes)


def library_of(owner: User, count: int = COUNT) -> list[MediaItem]:
    dog = LabelFactory(name="Dog")
    items = MediaItemFactory.create_batch(count, owner=owner, file_name="walk.jpg")
    for item in items:
        MediaLabelFactory(item=item, label=dog, confidence=90)
    return items


def has_ended(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] in "ZX"


def wait_for_the_end_of(pids: list[int]) -> None:
    deadline = time.monotonic() + 60
    while not all(map(has_ended, pids)):
        assert time.monotonic() < deadline, f"{pids} go on"
        time.sleep(0.05)


def test_what_others_read_is_found(alice: User, crew: Crew) -> None:
    items = library_of(alice)
    told: list[int] = []
    assert outbox.rebuild_library(alice.pk, report=told.append, crew=crew) == COUNT
    assert sum(told) == COUNT and len(told) == 9
    assert search_media(alice, "label:dog walk").total == COUNT
    # Names are read anew for each library that is rebuilt.
    items[0].labels.get().label.__class__.objects.update(name="Wolf", key="wolf")
    outbox.rebuild_library(alice.pk, crew=crew)
    assert (search_media(alice, "wolf").total, search_media(alice, "dog").total) == (COUNT, 0)


def test_one_item_that_cannot_be_read_holds_up_no_other(alice: User, crew: Crew) -> None:
    broken, *_ = library_of(alice)
    MediaLabelFactory(item=broken, label=LabelFactory(name="Cat", aliases=7))
    assert outbox.rebuild_library(alice.pk, crew=crew) == COUNT - 1
    assert search_media(alice, "dog").total == COUNT - 1
    (entry,) = OutboxEntry.objects.all()
    assert entry.item_id == broken.pk and "TypeError" in entry.error


def test_much_text_is_brought_a_piece_at_a_time(alice: User, crew: Crew) -> None:
    items = library_of(alice, 9)
    text = " ".join(f"word{number}" for number in range(90_000))
    for item in items:
        TextPageFactory(item=item, lines=[text_line(text), text_line(f"unique {item.pk.hex}")])
    (errand, batch) = _errand(alice, items)
    brought = crews._fetch(errand, batch)
    assert 0 < len(brought.found) < len(items) == len(brought.found) + len(brought.rest)
    assert outbox.rebuild_library(alice.pk, crew=crew) == len(items)
    for item in items:
        assert [hit.item for hit in search_media(alice, item.pk.hex).hits] == [item]


def _errand(owner: User, items: list[MediaItem]) -> tuple[crews.Errand, list[Any]]:
    from search.backends.embedded_schema import encoded

    return crews.Errand(owner.pk, encoded), [item.pk for item in items]


def test_what_a_process_that_was_killed_was_at_is_done_without_it(alice: User, crew: Crew) -> None:
    library_of(alice)
    killed: list[int] = []

    def kill_one(_: int) -> None:
        if not killed:
            killed.extend(members(crew))
            os.kill(killed[0], signal.SIGKILL)

    assert outbox.rebuild_library(alice.pk, report=kill_one, crew=crew) == COUNT
    assert search_media(alice, "label:dog walk").total == COUNT
    assert crew.give(os.getpid) is None
    assert outbox.rebuild_library(alice.pk, crew=crew) == COUNT


@pytest.mark.usefixtures("small_batches")
def test_nobody_is_left_when_the_work_is_done(alice: User) -> None:
    library_of(alice)
    with crew_for(COUNT) as crew:
        pids = members(crew)
        outbox.rebuild_library(alice.pk, crew=crew)
    assert all(map(has_ended, pids))


@pytest.mark.usefixtures("small_batches")
def test_rows_that_nobody_else_sees_yet_are_read_here(alice: User) -> None:
    with transaction.atomic():
        library_of(alice, 9)
        assert outbox.rebuild_library(alice.pk) == 9
    assert search_media(alice, "dog").total == 9


def test_killed_it_leaves_no_process_behind(
    alice: User, bob: User, tmp_path: Path, settings: Any
) -> None:
    if connection.vendor != "sqlite" or len(os.sched_getaffinity(0)) < 2:
        pytest.skip("the command is started on the database file of the tests, on two cores")
    settings.PIXTRACT_INDEX_DIR = tmp_path / "var" / "index"
    built = [MediaItemFactory.build(owner=bob, file_name="his.jpg") for _ in range(9_000)]
    MediaItem.objects.bulk_create(built)
    library_of(alice, 3)
    command = start(tmp_path / "var", settings)
    # One for each core, and one of Python's own that cleans up.
    deadline = time.monotonic() + 60
    while len(pids := _children(command)) < 3:
        assert command.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    command.send_signal(signal.SIGKILL)
    command.communicate()
    wait_for_the_end_of(pids)
    outbox.rebuild_library(bob.pk)
    index_all()
    assert search_media(bob, "his").total == 9_000


def _children(command: subprocess.Popen[str]) -> list[int]:
    """Return the processes that a process has started."""
    threads = Path(f"/proc/{command.pid}/task").iterdir()
    return [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]
