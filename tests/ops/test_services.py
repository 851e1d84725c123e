"""``make services`` says what is missing, and never touches what is not its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _start(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.services", "start"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_names_the_package_that_brings_java(tmp_path: Path) -> None:
    done = _start(PATH=str(tmp_path), OPENSEARCH_PORT="9197")
    assert done.returncode == 1
    assert "apt-get install openjdk-17-jre-headless" in done.stderr


def test_it_wants_a_port_that_the_server_can_take() -> None:
    for port in ("80", "9299", "http"):
        done = _start(OPENSEARCH_PORT=port)
        assert done.returncode == 1
        assert "OPENSEARCH_PORT" in done.stderr


def test_the_server_can_be_reached_from_this_machine_alone() -> None:
    text = (ROOT / "tools" / "services" / "opensearch.yml").read_text()
    assert "network.host: 127.0.0.1" in text.splitlines()
