"""The kill test again, on each broker and database with a server of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.live_services import empty_redis, new_database, sqs_broker
from tests.ops.contents import Library
from tests.ops.killing import SOAK, Survived, kill_while_working
from tests.ops.stack import running_stack

logger = logging.getLogger(__name__)
pytestmark = pytest.mark.processes
ENGINES_OFF = {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}
Place = Callable[[], AbstractContextManager[dict[str, str]]]
ITEMS, KILLS = (3000, 10) if SOAK else (48, 2)


@contextmanager
def _on_redis() -> Iterator[dict[str, str]]:
    cache = {"PIXTRACT_CACHE_URL": empty_redis(8)}
    yield {"PIXTRACT_BROKER_URL": empty_redis(7), **cache}


@contextmanager
def _on_sqs() -> Iterator[dict[str, str]]:
    yield sqs_broker()


@contextmanager
def _on_postgresql() -> Iterator[dict[str, str]]:
    with new_database() as url:
        yield {"PIXTRACT_DATABASE_URL": url}


@contextmanager
def _on_postgresql_and_redis() -> Iterator[dict[str, str]]:
    with _on_postgresql() as database, _on_redis() as broker:
        yield {**database, **broker}


PLACES = {
    "redis": _on_redis,
    "sqs": _on_sqs,
    "postgresql": _on_postgresql,
    "postgresql-redis": _on_postgresql_and_redis,
}
# Side by side: a stack mostly waits, for leases to run out and for workers to start.
TOGETHER = [("redis", "postgresql"), ("sqs", "postgresql-redis")]


@pytest.mark.parametrize("names", TOGETHER, ids=lambda names: " and ".join(names))
def test_nothing_is_lost_or_doubled_when_workers_are_killed(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    with ThreadPoolExecutor(len(names)) as stacks:
        running = [stacks.submit(_survive, PLACES[name], tmp_path / name) for name in names]
        for name, stack in zip(names, running, strict=True):
            logger.info("%s survived %s", name, stack.result())


def _survive(place: Place, folder: Path) -> Survived:
    folder.mkdir()
    with place() as environment, running_stack(folder, **ENGINES_OFF, **environment) as stack:
        survived = kill_while_working(Library(stack), ITEMS, KILLS)
        assert "Traceback" not in stack.log
        return survived
