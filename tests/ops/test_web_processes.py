"""The web server of several processes is one to whoever looks at it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.stack import ROOT, free_port, processes, wait_until

ASKED = 12


class Server:
    """The web server alone, on a state of its own."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        kept = {name: told for name, told in os.environ.items() if not name.startswith("PIXTRACT_")}
        told = {
            "DJANGO_SETTINGS_MODULE": "pixtract.settings",
            "PIXTRACT_VAR_DIR": str(folder),
            "PIXTRACT_PORT": str(port),
            "PIXTRACT_WEB_PROCESSES": "2",
        }
        environment = kept | told
        migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)  # noqa: S603 - ours
        gunicorn = ("gunicorn", "-c", "python:pixtract.gunicorn_conf", "pixtract.wsgi")
        self.process = subprocess.Popen(  # noqa: S603 - ours
            [sys.executable, "-m", *gunicorn], cwd=ROOT, env=environment
        )

    def answers(self) -> bool:
        try:
            self.read("/health/live")
        except OSError:
            return False
        return True

    def read(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:  # noqa: S310 - ours
            return str(answer.read().decode())

    @property
    def workers(self) -> list[int]:
        return [each.pid for each in processes() if each.parent == self.process.pid]

    @property
    def counting(self) -> Path:
        """The folder in which its processes count."""
        maps = Path(f"/proc/{self.workers[0]}/maps").read_text()
        return Path(re.findall(r"(/\S+)/counter_\d+\.db", maps)[0])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    try:
        wait_until(started.answers, 60, "start of the web server")
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def counted(metrics: str) -> float:
    lines = (line for line in metrics.splitlines() if 'view="health-live"' in line)
    return sum(float(line.rpartition(" ")[2]) for line in lines if "requests_total" in line)


def test_metrics_count_for_all_of_its_processes(server: Server) -> None:
    before = counted(server.read("/metrics"))
    for _ in range(ASKED):
        server.read("/health/live")
    assert len(server.workers) == 2
    assert counted(server.read("/metrics")) == before + ASKED
    assert "pixtract_outbox_entries 0.0" in server.read("/metrics")


def test_a_process_that_died_is_replaced_and_what_it_counted_stays(server: Server) -> None:
    for _ in range(ASKED):
        server.read("/health/live")
    before, workers = counted(server.read("/metrics")), server.workers
    os.kill(workers[0], signal.SIGKILL)
    wait_until(lambda: len({*server.workers} - {*workers}) == 1, 60, "another process")
    wait_until(server.answers, 60, "an answer")
    assert counted(server.read("/metrics")) > before


def test_nothing_is_left_behind(server: Server) -> None:
    folder = server.counting
    assert folder.is_dir()
    server.process.terminate()
    assert server.process.wait(20) == 0
    assert not folder.exists()
