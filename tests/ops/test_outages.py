"""A server that goes away for a while takes nothing with it."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live_services import REDIS, address, database_away, new_database
from tests.ops.contents import Library
from tests.ops.stack import free_port, running_stack, wait_until

pytestmark = pytest.mark.processes
ENGINES_OFF = {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}
ITEMS = 40
LATER = 8
AWAY_SECONDS = 6


@contextmanager
def _redis_at(port: int) -> Iterator[None]:
    program = shutil.which("redis-server")
    assert program
    place = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([program, *place], stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        yield
    finally:
        server.kill()
        server.wait()


def test_without_its_broker_it_takes_uploads_and_works_on_them_later(tmp_path: Path) -> None:
    address(REDIS)
    port = free_port()
    broker = {"PIXTRACT_BROKER_URL": f"redis://127.0.0.1:{port}/0"}
    with running_stack(tmp_path, **ENGINES_OFF, **broker) as stack:
        library = Library(stack)
        assert library.upload_all(range(ITEMS)) == [201] * ITEMS
        assert library.open_jobs() >= ITEMS
        with _redis_at(port):
            wait_until(lambda: not library.open_jobs(), 120, "the work")
        library.check_nothing_lost_or_doubled(ITEMS)
        assert library.upload(ITEMS) == 201


def test_a_database_that_goes_away_comes_back_to_all_of_its_work(tmp_path: Path) -> None:
    with (
        new_database() as url,
        running_stack(tmp_path, **ENGINES_OFF, PIXTRACT_DATABASE_URL=url) as stack,
    ):
        library = Library(stack)
        assert library.upload_all(range(ITEMS)) == [201] * ITEMS
        wait_until(lambda: library.settled_jobs() > ITEMS, 60, "a part of the work")
        with database_away(url):
            assert stack.request("GET", "/health/live")[0] == 200
            assert stack.request("GET", "/health/ready")[0] == 503
            time.sleep(AWAY_SECONDS)
        wait_until(lambda: stack.request("GET", "/health/ready")[0] == 200, 60, "the database")
        # Each process of the web server has lost its connections.
        assert library.upload_all(range(ITEMS, ITEMS + LATER)) == [201] * LATER
        wait_until(lambda: not library.open_jobs(), 120, "the rest")
        library.check_nothing_lost_or_doubled(ITEMS + LATER)
