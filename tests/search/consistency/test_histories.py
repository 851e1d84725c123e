"""Random histories end with an index that says what the database says, whatever was killed.

A failure names its seed: CONSISTENCY_SEED repeats what was done, though not to the millisecond.
SOAK=1 plays two hundred rounds.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live_services import new_database
from tests.search.consistency.own_server import OwnServer, own_server
from tests.search.consistency.scene import Scene, new_scene

logger = logging.getLogger(__name__)
pytestmark = pytest.mark.processes
SOAK = bool(os.environ.get("SOAK"))
ROUNDS = int(os.environ.get("CONSISTENCY_ROUNDS", "200" if SOAK else "10"))
SEED = os.environ.get("CONSISTENCY_SEED", "") or uuid.uuid4().hex[:8]
ACTS = 25
# Starting a server takes as long as three rounds.
SERVER_KILLS = max(ROUNDS // 10, 1)

Mischief = Callable[[Scene, random.Random], None]


def kill_indexer(scene: Scene, _: random.Random) -> None:
    scene.kill_indexers()
    scene.start_indexer()


def start_another_indexer(scene: Scene, _: random.Random) -> None:
    scene.start_indexer()


def freeze_an_indexer(scene: Scene, draw: random.Random) -> None:
    """Let one stand still in the middle of its work while another goes on."""
    if scene.indexers:
        slow = scene.indexers[0]
        slow.send_signal(signal.SIGSTOP)
        scene.start_indexer()
        time.sleep(draw.uniform(2, 4))
        slow.send_signal(signal.SIGCONT)


def rebuild_meanwhile(scene: Scene, _: random.Random) -> None:
    scene.others.append(scene.launch("manage.py", "rebuild_index"))


def kill_a_rebuild(scene: Scene, draw: random.Random) -> None:
    process = scene.launch("manage.py", "rebuild_index")
    time.sleep(draw.uniform(1, 4))
    process.kill()
    process.wait()


def lose_an_index(scene: Scene, draw: random.Random) -> None:
    if homes := sorted(scene.index_dir.glob("*-*")):
        shutil.rmtree(draw.choice(homes), ignore_errors=True)


def lose_every_index(scene: Scene, _: random.Random) -> None:
    shutil.rmtree(scene.index_dir, ignore_errors=True)


def put_back_an_older_index(scene: Scene, _: random.Random) -> None:
    """Keep a copy of all indexes, and the next time put it in their place, as from a backup."""
    scene.kill_indexers()
    older = scene.folder / "older"
    if older.exists():
        shutil.rmtree(scene.index_dir, ignore_errors=True)
        older.rename(scene.index_dir)
    elif scene.index_dir.exists():
        shutil.copytree(scene.index_dir, older)
    scene.start_indexer()
    scene.others.append(scene.launch("manage.py", "reconcile_index"))


MISCHIEF: dict[Mischief, int] = {
    kill_indexer: 8,
    start_another_indexer: 1,
    freeze_an_indexer: 1,
    rebuild_meanwhile: 1,
    kill_a_rebuild: 1,
}
MISCHIEF_TO_FILES: dict[Mischief, int] = {
    lose_an_index: 2,
    lose_every_index: 1,
    put_back_an_older_index: 2,
}


def play(
    scene: Scene, number: int, mischief: dict[Mischief, int], beside: Callable[[int], None]
) -> list[str]:
    """Write, do harm meanwhile, let the indexer finish; returns what is wrong then."""
    draw = random.Random(f"{SEED}/{number}")  # noqa: S311 - a history, no secret
    for position, writer in enumerate(scene.writers):
        writer.ask("write", f"{SEED}/{number}/{position}", ACTS)
    with ThreadPoolExecutor(1) as elsewhere:
        harm = elsewhere.submit(beside, number)
        for _ in range(draw.randint(1, 3)):
            time.sleep(draw.uniform(0.1, 1.5))
            draw.choices(list(mischief), list(mischief.values()))[0](scene, draw)
        harm.result()
    refused = [error for writer in scene.writers for error in writer.answer()]
    # Nothing was done then, and the API says so: it must be rare.
    assert len(refused) <= 1, refused
    scene.end_others()
    if not scene.indexers:
        scene.start_indexer()
    scene.drain()
    return list(scene.checker.tell("differences"))


def play_all(
    scene: Scene, mischief: dict[Mischief, int], beside: Callable[[int], None] = lambda _: None
) -> None:
    scene.start_indexer()
    for number in range(ROUNDS):
        wrong = play(scene, number, mischief, beside)
        logger.info("round %s of %s: %s", number, SEED, ", ".join(wrong) or "they agree")
        assert not wrong, f"round {number} of CONSISTENCY_SEED={SEED}: " + "\n".join(wrong)
    assert "Traceback" not in scene.log


@contextmanager
def _postgresql() -> Iterator[dict[str, str]]:
    with new_database() as url:
        yield {"PIXTRACT_DATABASE_URL": url}


def test_the_embedded_engine_says_what_sqlite_says(tmp_path: Path) -> None:
    with new_scene(tmp_path, {}) as scene:
        play_all(scene, MISCHIEF | MISCHIEF_TO_FILES)


@pytest.mark.skipif(not SOAK, reason="a combination for the soak")
def test_the_embedded_engine_says_what_postgresql_says(tmp_path: Path) -> None:
    with _postgresql() as environment, new_scene(tmp_path, environment) as scene:
        play_all(scene, MISCHIEF | MISCHIEF_TO_FILES)


def test_opensearch_says_what_postgresql_says(tmp_path: Path) -> None:
    with own_server(tmp_path / "server") as server, _postgresql() as environment:
        environment |= {
            "PIXTRACT_SEARCH_BACKEND": "opensearch",
            "PIXTRACT_OPENSEARCH_URL": server.url,
        }
        with new_scene(tmp_path, environment) as scene:
            play_all(scene, MISCHIEF, lambda number: _kill_now_and_then(server, number))


def _kill_now_and_then(server: OwnServer, number: int) -> None:
    """Kill it among the writes of some rounds; the writers go on while it starts."""
    if number % (ROUNDS // SERVER_KILLS) == ROUNDS // SERVER_KILLS // 2:
        time.sleep(random.Random(f"{SEED}/{number}/server").uniform(0.2, 3))  # noqa: S311
        server.kill()
        server.start()
