"""``make services`` says what is missing, and never touches what is not its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live_services import REDIS, address

ROOT = Path(__file__).resolve().parents[2]


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tools.services", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("name", "port", "package"),
    [
        ("opensearch", "OPENSEARCH_PORT", "openjdk-17-jre-headless"),
        ("redis", "REDIS_PORT", "redis-server"),
    ],
)
def test_it_names_the_package_that_is_missing(
    name: str, port: str, package: str, tmp_path: Path
) -> None:
    # Another port than that of a server which may be running: it would be left alone.
    done = _run("start", name, PATH=str(tmp_path), **{port: "9197"})
    assert done.returncode == 1
    assert f"apt-get install {package}" in done.stderr


@pytest.mark.parametrize(
    ("name", "variable", "ports"),
    [
        ("opensearch", "OPENSEARCH_PORT", ("80", "9299", "http")),
        ("postgresql", "POSTGRESQL_PORT", ("80", "65536", "-1")),
        ("redis", "REDIS_PORT", ("", "80")),
        ("aws", "AWS_DOUBLE_PORT", ("5.5",)),
    ],
)
def test_it_wants_a_port_that_the_server_can_take(
    name: str, variable: str, ports: tuple[str, ...]
) -> None:
    for port in ports:
        done = _run("start", name, **{variable: port})
        assert done.returncode == 1
        assert variable in done.stderr


def test_an_unknown_service_is_refused() -> None:
    done = _run("start", "oracle")
    assert done.returncode == 2
    assert "no such service: oracle" in done.stderr


def test_the_servers_can_be_reached_from_this_machine_alone() -> None:
    folder = ROOT / "tools" / "services"
    assert "network.host: 127.0.0.1" in (folder / "opensearch.yml").read_text().splitlines()
    assert '"listen_addresses": "127.0.0.1"' in (folder / "postgresql.py").read_text()
    assert '"--bind", "127.0.0.1"' in (folder / "redis.py").read_text()
    assert '"-H", "127.0.0.1"' in (folder / "aws_double.py").read_text()


def test_starting_what_runs_changes_nothing() -> None:
    address(REDIS)
    first, second = _run("start", "redis"), _run("start", "redis")
    if "in use" in first.stderr:
        pytest.skip("a Redis that somebody else started")
    assert first.returncode == second.returncode == 0
    assert first.stdout == second.stdout
    assert first.stdout.startswith("export PIXTRACT_TEST_REDIS_URL=redis://127.0.0.1:")
