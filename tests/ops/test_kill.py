"""Workers die at any moment, eight clients upload meanwhile: nothing is lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.ops.contents import CLIENTS, Library
from tests.ops.killing import RESTART_SECONDS, SOAK, kill_while_working
from tests.ops.stack import running_stack, wait_until

pytestmark = pytest.mark.processes

ITEMS, KILLS = (3000, 10) if SOAK else (300, 3)


@pytest.fixture
def engines() -> dict[str, str]:
    return {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}


@pytest.fixture
def library(tmp_path: Path, engines: dict[str, str]) -> Iterator[Library]:
    with running_stack(tmp_path, **engines) as stack:
        yield Library(stack)


def test_hundreds_of_items_survive_kills_of_the_workers(library: Library) -> None:
    kill_while_working(library, ITEMS, KILLS)


@pytest.mark.parametrize("engines", [{}], ids=["local engines"])
def test_items_survive_kills_while_the_engines_work(library: Library) -> None:
    kill_while_working(library, 12, 3)


def test_the_same_bytes_from_eight_clients_are_one_item(library: Library) -> None:
    with ThreadPoolExecutor(CLIENTS) as clients:
        statuses = list(clients.map(library.upload, [7] * CLIENTS * 4))
    assert sorted(set(statuses)) == [200, 201]
    assert statuses.count(201) == 1
    assert library.count("SELECT COUNT(*) FROM gallery_mediaitem") == 1
    originals = list((library.stack.var / "media").rglob("original.*"))
    assert len(originals) == 1
    wait_until(lambda: not library.open_jobs(), 60, "all steps")


def test_everything_killed_and_started_again_goes_on(library: Library) -> None:
    stack = library.stack
    assert library.upload_all(range(60)) == [201] * 60
    wait_until(lambda: library.settled_jobs() > 60, 60, "a part of the work")
    assert library.open_jobs()
    stack.kill_and_start_again()
    wait_until(lambda: not library.open_jobs(), RESTART_SECONDS + 60, "the rest")
    library.check_nothing_lost_or_doubled(60)
