"""The loop: web server first, workers once pages are served, everything down together."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from pixtract.supervisor.child import Child
from pixtract.supervisor.console import Console
from pixtract.supervisor.options import Options
from pixtract.supervisor.probe import web_answers
from pixtract.supervisor.programs import web, workers

STOP_GRACE_SECONDS = 8.0
# Workers start after the web server, so that the first page does not wait for them; but
# they start all the same when the web server cannot.
WORKERS_START_AFTER_SECONDS = 20.0
_TICK_SECONDS = 0.1
_WATCH_SECONDS = 0.5


class Supervisor:
    """Keeps the product's processes running until it is asked to stop."""

    def __init__(self, options: Options, console: Console, welcome: str) -> None:
        self._options = options
        self._console = console
        self._welcome = welcome
        self._stop = threading.Event()
        self._at_once = False
        self._web = Child(web(), console)
        self._workers = [Child(program, console) for program in workers(options)]
        self._children = [self._web]

    def run(self) -> None:
        """Start everything and return when all of it has stopped."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start()
            while not self._stop.wait(_WATCH_SECONDS):
                for child in self._children:
                    child.tend()
        finally:
            self._shut_down()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._at_once = self._stop.is_set()
        self._stop.set()

    def _start(self) -> None:
        self._web.start()
        ready = self._wait(lambda: web_answers(self._options), WORKERS_START_AFTER_SECONDS)
        if self._stop.is_set():
            return
        self._children += self._workers
        for child in self._workers:
            child.start()
        if not ready:
            self._console.say("The web server does not answer yet; its messages are above.")
        self._console.say(self._welcome)

    def _wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._stop.is_set():
            self._web.tend()
            if condition():
                return True
            time.sleep(_TICK_SECONDS)
        return False

    def _shut_down(self) -> None:
        self._console.say("Stopping ...")
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_GRACE_SECONDS
        while any(child.is_running for child in self._children):
            if time.monotonic() > deadline or self._at_once:
                break
            time.sleep(_TICK_SECONDS)
        for child in self._children:
            child.kill()
        self._console.say("Pixtract has stopped.")
