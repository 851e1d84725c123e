"""The processes that make up the product on one machine."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from pixtract.supervisor.options import ROOT, Options


@dataclass(frozen=True, slots=True)
class Program:
    """A long-running process: the name before its log lines, and how it is started."""

    name: str
    command: tuple[str, ...]


def web() -> Program:
    """The web server; pixtract/gunicorn_conf.py holds its settings."""
    arguments = ("gunicorn", "-c", "python:pixtract.gunicorn_conf", "pixtract.wsgi")
    return Program("web", (sys.executable, "-m", *arguments))


def workers(options: Options) -> list[Program]:
    """Quick work on files, the engines (one item at a time: they use every core), the sweeper.

    Where a queue of bucket events is named, whoever listens to it, too.
    """
    always = [
        _worker("media", options.worker_concurrency),
        _worker("analysis", 1),
        _command("sweeper", "run_sweeper"),
    ]
    return [*always, _command("ingest", "ingest")] if options.ingests else always


def _command(name: str, command: str) -> Program:
    return Program(name, (sys.executable, str(ROOT / "manage.py"), command))


def _worker(queue: str, concurrency: int) -> Program:
    python = (sys.executable, "-W", "ignore:You're running the worker:UserWarning")
    command = ("-m", "celery", "-A", "pixtract", "--quiet", "worker", "-Q", queue)
    settings = ("-n", f"{queue}@%h", "-P", "threads", "-c", str(concurrency), "-l", "WARNING")
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return Program(queue, (*python, *command, *settings, *alone))
