"""Measures how fast the engines answer: ``python -m bench.search --items 100000``.

A made library (half of it one owner's, see ``bench.search_corpus``) is indexed by each engine
straight from its documents. Every question is then asked of all engines in turn, in the same
minute and on the same load, for the large owner and for a small one. Beside the clock stands the
work of this process alone (a server's is not in it), for machines that are busy. ``--state`` keeps
library and indexes for the next run; ``--opensearch`` says where the server is.
``bench.search_requests`` measures whole requests and how soon changes are found.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixtract.settings")
os.environ.setdefault("PIXTRACT_LOG_LEVEL", "ERROR")

import django  # noqa: E402 - after the path is set

django.setup()

from bench.search_classes import Question, questions  # noqa: E402
from bench.search_corpus import Vocabulary, owner_id  # noqa: E402
from bench.search_engines import Ours, Timed  # noqa: E402
from bench.search_spool import Spool  # noqa: E402
from bench.search_sqlite import Sqlite  # noqa: E402

_SAMPLE = 2_000
_OTHERS = 20
# The library without anything read is indexed for its size alone, under an owner of its own.
_LABELS_ONLY = 10**6


@dataclass(frozen=True, slots=True)
class Taken:
    """Sorted milliseconds: on the clock, and of work in this process, which others do not slow."""

    times: list[float]
    worked: list[float]
    found: int


def main() -> int:
    """Build, ask, print; returns the exit status."""
    options = _parse()
    state = options.state or Path(tempfile.mkdtemp(prefix="pixtract-search-"))
    state.mkdir(parents=True, exist_ok=True)
    known = Vocabulary()
    spool = Spool(state, options.items, known)
    engines = [_engine(name, state, options) for name in options.engines.split(",")]
    owners = list(islice(spool.owners(), options.owners or _OTHERS + 2))
    for engine in engines:
        _build(engine, spool, owners)
    _sizes(engines, spool, with_labels_only=options.labels_only)
    asked = questions(known, list(islice(spool.documents(0), _SAMPLE)))
    chosen = options.classes.split(",") if options.classes else list(asked)
    for owner in (owners[0], owners[-1]):
        print(f"\nOwner of {spool.owners()[owner]:,} items, milliseconds; load {_load()}")
        for name in chosen:
            _report(name, asked[name][0], _ask(engines, owner, asked[name], options.rounds))
    print(f"load {_load()}")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--engines", default="embedded,sqlite", help="also: opensearch")
    parser.add_argument("--opensearch", default="http://127.0.0.1:9200")
    parser.add_argument("--state", type=Path, help="keep library and indexes in this folder")
    parser.add_argument("--classes", help="only these, with commas between")
    parser.add_argument("--owners", type=int, help="index the first owners alone")
    parser.add_argument("--rounds", type=int, default=3, help="how often each question is asked")
    parser.add_argument("--labels-only", action="store_true", help="also size what was never read")
    return parser.parse_args()


def _engine(name: str, state: Path, options: argparse.Namespace) -> Timed:
    if name == "sqlite":
        return Sqlite(state, options.items)
    return Ours(name, state, options.items, options.opensearch)


def _build(engine: Timed, spool: Spool, owners: Sequence[int]) -> None:
    started, cpu, written = time.perf_counter(), time.process_time(), 0
    for owner in owners:
        written += engine.build(spool, owner)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    if written:
        rate = f"{written / seconds:,.0f} items/s ({written / cpu:,.0f} a processor second)"
        print(f"{engine.name}: {written:,} items indexed, {rate}, load {_load()}", flush=True)


def _sizes(engines: Sequence[Timed], spool: Spool, *, with_labels_only: bool) -> None:
    for engine in engines:
        line = f"{engine.name}: {engine.bytes_of(0):,.0f} bytes an item of the large owner"
        if with_labels_only and isinstance(engine, Ours):
            size = engine.rebuild_labels_only(spool, 0, owner_id(_LABELS_ONLY))
            line += f", {size:,.0f} with labels only"
        print(line, flush=True)


def _ask(
    engines: Sequence[Timed], owner: int, asked: Sequence[Question], rounds: int
) -> dict[str, Taken]:
    """Ask every engine each question in turn; the first round warms up and is not counted."""
    times: dict[str, list[float]] = {engine.name: [] for engine in engines}
    worked: dict[str, list[float]] = {engine.name: [] for engine in engines}
    found = dict.fromkeys(times, 0)
    for number in range(rounds + 1):
        for question in asked:
            for engine in engines:
                if isinstance(engine, Ours):
                    engine.prepare(owner, question)
                started, cpu = time.perf_counter(), time.process_time()
                found[engine.name] += engine.ask(owner, question)
                if number:
                    times[engine.name].append((time.perf_counter() - started) * 1000)
                    worked[engine.name].append((time.process_time() - cpu) * 1000)
    return {name: Taken(sorted(times[name]), sorted(worked[name]), found[name]) for name in times}


def _report(name: str, first: Question, taken: dict[str, Taken]) -> None:
    middle = {engine: _at(one.times, 0.5) for engine, one in taken.items()}
    for engine, one in taken.items():
        spread = " / ".join(f"{_at(one.times, share):8.2f}" for share in (0.5, 0.95, 0.99))
        worked = " / ".join(f"{_at(one.worked, share):7.2f}" for share in (0.5, 0.95))
        aim = f"aim {first.aim_ms}" if first.aim_ms else ""
        ratio = f"{middle['sqlite'] / middle[engine]:6.1f}x" if "sqlite" in middle else ""
        line = (
            f"  {name:11}{engine:11}{spread}  {ratio}  work {worked}  {one.found:>10,} found  {aim}"
        )
        print(line, flush=True)


def _at(times: Sequence[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)]


def _load() -> str:
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


if __name__ == "__main__":
    sys.exit(main())
