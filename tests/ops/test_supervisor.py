"""One command starts everything, keeps it running, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.ops.contents import Library
from tests.ops.stack import Process, Stack, processes, running_stack, wait_until

pytestmark = pytest.mark.processes
ENGINES_OFF = {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running_stack(tmp_path, **ENGINES_OFF) as running:
        yield running


def _alive(wanted: list[Process]) -> list[Process]:
    pids = {process.pid for process in wanted}
    return [process for process in processes() if process.pid in pids]


def _all_started(stack: Stack) -> bool:
    return len(stack.children()) == 4


def test_it_says_in_two_lines_what_to_do_next(stack: Stack) -> None:
    lines = [line for line in stack.log.splitlines() if " | " not in line]
    first = next(n for n, line in enumerate(lines) if line.startswith("Pixtract is running at"))
    assert f"http://127.0.0.1:{stack.port}/" in lines[first]
    assert "administrator" in lines[first + 1]
    assert "token" not in lines[first + 1]
    assert stack.request("GET", "/health/ready")[0] == 200


def _everything_at_work(stack: Stack) -> list[Process]:
    """All processes, the decoders' too, while they are busy."""
    library, seen = Library(stack), list[Process]()

    def decoders_run() -> bool:
        seen[:] = stack.everything()
        return any("workers.media" in process.command for process in seen)

    with ThreadPoolExecutor(1) as clients:
        clients.submit(library.upload_all, range(80))
        wait_until(decoders_run, 60, "start of the decoders")
    return seen + stack.everything()


def test_ctrl_c_stops_everything(stack: Stack) -> None:
    wait_until(lambda: _all_started(stack), 60, "four children")
    everything = _everything_at_work(stack)
    stack.supervisor.send_signal(signal.SIGINT)
    assert stack.supervisor.wait(60) == 0
    assert not _alive(everything)


def test_killing_the_supervisor_stops_everything(stack: Stack) -> None:
    wait_until(lambda: _all_started(stack), 60, "four children")
    everything = _everything_at_work(stack)
    stack.supervisor.kill()
    stack.supervisor.wait()
    wait_until(lambda: not _alive(everything), 60, "end of the children")


def test_a_died_process_is_started_again(stack: Stack) -> None:
    (web,) = stack.children("gunicorn")
    os.killpg(web.group, signal.SIGKILL)

    def is_back() -> bool:
        try:
            return stack.request("GET", "/health/live")[0] == 200
        except OSError:
            return False

    wait_until(lambda: web not in stack.children("gunicorn"), 60, "death of the web server")
    wait_until(is_back, 60, "return of the web server")
    assert "web was killed by signal 9; starting it again in 1 s." in stack.log


def test_a_second_one_on_the_same_state_is_refused(stack: Stack) -> None:
    second = stack.run_another(stdout=subprocess.PIPE)
    said = second.communicate(timeout=60)[0].decode()
    assert second.returncode == 1
    assert f"already running on {stack.var} (process {stack.supervisor.pid})" in said
    address = f"http://127.0.0.1:{stack.port}"
    assert (stack.var / "supervisor.lock").read_text().splitlines()[1] == address
    assert stack.request("GET", "/health/live")[0] == 200


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        stack = Stack(tmp_path, PORT=port, **ENGINES_OFF)
        assert stack.supervisor.wait(60) == 1
    assert f"Another program is using port {port}" in stack.log


def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path: Path) -> None:
    stack = Stack(tmp_path, PIXTRACT_LABEL_ENGINE="clairvoyance")
    assert stack.supervisor.wait(30) == 1
    assert "PIXTRACT_LABEL_ENGINE must be one of local, rekognition, off" in stack.log


def test_from_elsewhere_the_first_visitor_needs_the_token_of_the_console(tmp_path: Path) -> None:
    with running_stack(tmp_path, PIXTRACT_BIND="0.0.0.0", **ENGINES_OFF) as stack:  # noqa: S104
        line = next(line for line in stack.log.splitlines() if line.startswith("Next: "))
        assert len(line.rpartition("token is ")[2]) == 24
