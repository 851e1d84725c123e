"""The engine process: crashes, hangs, idleness and growth stay outside of its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.engines.conftest import ROOT, saved
from workers.analyzers.base import AnalyzerError, AnalyzerInput
from workers.analyzers.local.labels import LocalLabelAnalyzer
from workers.analyzers.local.process import EngineLimits, EngineProcess


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A dead child of a dead parent may wait to be collected.
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] != "Z"


def wait_until_dead(pid: int, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def picture(tmp_path: Path) -> AnalyzerInput:
    return saved(Image.new("RGB", (64, 64), "green"), tmp_path)


def test_a_killed_engine_is_reported_and_replaced(models_dir: Path, picture: AnalyzerInput) -> None:
    process = EngineProcess(models_dir)
    engine = LocalLabelAnalyzer(process)
    engine.analyze(picture)
    first = process.pid
    assert first
    timer = threading.Timer(0.02, os.kill, (first, signal.SIGKILL))
    timer.start()
    with pytest.raises(AnalyzerError) as caught:
        for _ in range(200):
            engine.analyze(picture)
            assert process.pid in (first, None)
    assert caught.value.code == "engine_crashed"
    assert not caught.value.permanent
    assert engine.analyze(picture).model_version
    assert process.pid != first
    process.stop()


def test_a_hanging_engine_is_killed_in_time(models_dir: Path, picture: AnalyzerInput) -> None:
    process = EngineProcess(models_dir, EngineLimits(seconds=0.05))
    with pytest.raises(AnalyzerError) as caught:
        LocalLabelAnalyzer(process).analyze(picture)
    assert caught.value.code == "engine_timeout"
    assert not caught.value.permanent
    assert process.pid is None


def test_an_idle_engine_gives_its_memory_back_and_returns(
    models_dir: Path, picture: AnalyzerInput
) -> None:
    process = EngineProcess(models_dir, EngineLimits(idle_seconds=0.3))
    engine = LocalLabelAnalyzer(process)
    before = engine.analyze(picture).raw
    pid = process.pid
    assert pid
    assert wait_until_dead(pid)
    assert engine.analyze(picture).raw == before
    process.stop()


def test_an_engine_that_has_grown_is_replaced(models_dir: Path, picture: AnalyzerInput) -> None:
    process = EngineProcess(models_dir, EngineLimits(max_bytes=1))
    engine = LocalLabelAnalyzer(process)
    for _ in range(2):
        engine.analyze(picture)
        pid = process.pid
        assert pid is None or wait_until_dead(pid)
    process.stop()


def test_no_orphan_is_left_when_the_parent_is_killed(
    models_dir: Path, picture: AnalyzerInput
) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from workers.analyzers.local.process import EngineProcess\n"
        "process = EngineProcess(Path(sys.argv[1]))\n"
        "process.ask('labels', Path(sys.argv[2]), {})\n"
        "print(process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    arguments = [sys.executable, "-c", script, str(models_dir), str(picture.path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=ROOT) as parent:  # noqa: S603
        assert parent.stdout
        engine = int(parent.stdout.readline())
        assert alive(engine)
        parent.kill()
    assert wait_until_dead(engine)


def test_many_threads_share_one_engine(models_dir: Path, picture: AnalyzerInput) -> None:
    process = EngineProcess(models_dir)
    engine = LocalLabelAnalyzer(process)
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(engine.analyze(picture).raw))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert all(answer == answers[0] for answer in answers)
    process.stop()


def test_missing_models_are_an_error_that_says_so(tmp_path: Path, picture: AnalyzerInput) -> None:
    process = EngineProcess(tmp_path / "nowhere")
    with pytest.raises(AnalyzerError) as caught:
        LocalLabelAnalyzer(process).analyze(picture)
    assert caught.value.code == "model_missing"
    process.stop()


def test_the_engine_process_stays_without_django() -> None:
    check = (
        "import sys\n"
        "import workers.analyzers.local.server, workers.analyzers.local.looking\n"
        "import workers.analyzers.local.reader\n"
        "sys.exit('django' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True, timeout=120)  # noqa: S603
