"""Measures whole requests, and how soon a change is found: ``python -m bench.search_requests``.

The library of ``bench.search_library`` (``--items``, half of them the asking owner's) is indexed,
then a web server and an indexer are started as the product starts them. Requests come at a fixed
rate, whether the ones before are answered or not, and count from when they were due; then
captions change at a fixed rate, and some of them are looked for until they are found. With each
kind of request comes what one takes of the processor, in all processes of the server, and their
memory, what they share counted once.
``--opensearch URL`` measures the same on that server.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.search_corpus import SEED, Vocabulary, made_items, owner_id  # noqa: E402 - with a path
from bench.search_library import ensure_library  # noqa: E402
from bench.server_cost import cost_of  # noqa: E402

_SAMPLE = 2_000
_WATCHED_EVERY = 25
_START_SECONDS = 60
_PATIENCE_SECONDS = 30
_SEARCHES = ("word", "and", "phrase", "prefix", "fuzzy", "label", "negation", "date", "facets")


def main() -> int:
    """Fill, index, start, measure, print; returns the exit status."""
    options = _parse()
    if options.opensearch:
        os.environ["PIXTRACT_SEARCH_BACKEND"] = "opensearch"
        os.environ["PIXTRACT_OPENSEARCH_URL"] = options.opensearch
        os.environ["PIXTRACT_OPENSEARCH_INDEX"] = f"bench-requests-{options.items}"
    state = options.state or Path(tempfile.mkdtemp(prefix="pixtract-requests-"))
    ensure_library(state, options.items)
    _index()
    _gather_static_files()
    port = _free_port()
    os.environ["PIXTRACT_PORT"] = str(port)
    with _running("gunicorn", "-c", "python:pixtract.gunicorn_conf", "pixtract.wsgi") as server:
        ask = _asker(port)
        _wait_for(ask)
        for name, paths in _paths().items():
            before = cost_of(server)
            taken = _at_rate(options.rate, options.seconds, paths, ask)
            after = cost_of(server)
            each = (after.seconds - before.seconds) / len(taken) * 1000
            _report(name, taken, f", {each:.1f} ms of processor each, {after.megabytes:.0f} MB")
    with _running("manage.py", "run_sweeper"):
        _report("found after change", _changes(options.changes, options.seconds))
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--state", type=Path, help="keep the library in this folder")
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    parser.add_argument("--changes", type=float, default=50, help="changes a second")
    parser.add_argument("--seconds", type=float, default=30, help="how long each is measured")
    parser.add_argument("--opensearch", help="the address of a server to measure instead")
    return parser.parse_args()


def _index() -> None:
    from search.backends import get_backend
    from search.backends.base import IndexBroken
    from search.outbox import rebuild_library

    try:
        get_backend().stats(owner_id(0))
    except IndexBroken:
        started = time.perf_counter()
        count = rebuild_library(owner_id(0))
        seconds = time.perf_counter() - started
        print(f"{count:,} items indexed, {count / seconds:,.0f} items/s, load {_load()}")


def _gather_static_files() -> None:
    """Make what the product makes before it starts: pages name these files by their hashes."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def _paths() -> dict[str, list[str]]:
    """Return what is asked for, by kind: answers of the API, the same as pages, suggestions."""
    from bench.search_classes import questions
    from bench.search_documents import search_documents

    known = Vocabulary()
    sample = search_documents(made_items(_SAMPLE, vocabulary=known), known)
    asked = questions(known, list(islice(sample, _SAMPLE)))
    searches = [
        f"/api/v1/search/?{urllib.parse.urlencode({'q': one.text, 'facets': int(one.with_facets)})}"
        for name in _SEARCHES
        for one in asked[name]
    ]
    begun = [
        f"/api/v1/search/suggest/?{urllib.parse.urlencode({'q': one.text})}"
        for one in asked["suggest"]
    ]
    Random(SEED).shuffle(searches)
    pages = [path.removeprefix("/api/v1") for path in searches]
    return {"search": searches, "page": pages, "suggest": begun}


def _asker(port: int) -> Callable[[str], None]:
    from accounts.models import User
    from accounts.tokens import create_api_key

    owner = User.objects.get(pk=owner_id(0))
    _, token = create_api_key(owner, "bench")
    session = _session_of(owner)

    def ask(path: str) -> None:
        is_api = path.startswith("/api/")
        name, value = ("Authorization", f"Bearer {token}") if is_api else ("Cookie", session)
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={name: value})
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
            answer.read()
        if answer.url != request.full_url:
            raise OSError(f"{path} led to {answer.url}")

    return ask


def _session_of(owner: User) -> str:
    """Sign the owner in; returns the cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(owner.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = owner.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def _at_rate(
    rate: float, seconds: float, paths: list[str], ask: Callable[[str], None]
) -> list[float]:
    """Ask at a fixed rate from threads of their own; return milliseconds since each was due."""
    taken: list[float] = []

    def one(path: str, due: float) -> None:
        ask(path)
        taken.append((time.perf_counter() - due) * 1000)

    threads: list[threading.Thread] = []
    for number, due in _ticks(rate, seconds):
        thread = threading.Thread(target=one, args=(paths[number % len(paths)], due))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    if len(taken) < len(threads):
        print(f"{len(threads) - len(taken)} requests of {len(threads)} failed")
    return taken


def _changes(rate: float, seconds: float) -> list[float]:
    """Change captions at a fixed rate; return after how long the watched ones were found."""
    from django.db import transaction

    from gallery.models import MediaItem
    from gallery.services.changes import note_change

    owner = owner_id(0)
    ids = list(MediaItem.objects.filter(owner=owner, trashed_at=None).values_list("pk", flat=True))
    random, taken = Random(time.time_ns()), []
    watching: list[threading.Thread] = []
    for number, _ in _ticks(rate, seconds):
        word = "seen" + "".join(random.choices("abcdefghijklmnop", k=12))
        item = random.choice(ids)
        with transaction.atomic():
            MediaItem.objects.filter(pk=item).update(caption=word)
            note_change(owner, [item])
        if number % _WATCHED_EVERY == 0:
            thread = threading.Thread(target=_watch, args=(word, time.perf_counter(), taken))
            thread.start()
            watching.append(thread)
    for thread in watching:
        thread.join()
    if len(taken) < len(watching):
        print(f"{len(watching) - len(taken)} changes of {len(watching)} were not found")
    return taken


def _watch(word: str, changed: float, taken: list[float]) -> None:
    from search.backends import get_backend
    from search.backends.base import Request
    from search.language import parse

    wanted = Request(parse(f"caption:{word}").root, 55, {})
    while time.perf_counter() - changed < _PATIENCE_SECONDS:
        if get_backend().search(owner_id(0), wanted, limit=1).total:
            taken.append((time.perf_counter() - changed) * 1000)
            return
        time.sleep(0.05)


def _ticks(rate: float, seconds: float) -> Iterator[tuple[int, float]]:
    """Yield numbers at a fixed rate, each with when it was due; never wait for what is late."""
    started = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = started + number / rate
        time.sleep(max(due - time.perf_counter(), 0))
        yield number, due


@contextmanager
def _running(program: str, *words: str) -> Iterator[int]:
    """Run a program of the product in a process of its own; gives the process's id."""
    lead = [program] if program.endswith(".py") else ["-m", program]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and programs
        [sys.executable, *lead, *words], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(ask: Callable[[str], None]) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while True:
        try:
            return ask("/api/v1/search/?q=warm")
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _report(name: str, taken: list[float], more: str = "") -> None:
    ordered = sorted(taken)
    spread = " / ".join(
        f"{ordered[min(int(len(ordered) * share), len(ordered) - 1)]:.0f}"
        for share in (0.5, 0.95, 0.99)
    )
    print(f"{name}: {spread} ms of {len(ordered)}{more}, load {_load()}", flush=True)


def _load() -> str:
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


if __name__ == "__main__":
    sys.exit(main())
