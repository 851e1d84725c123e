"""docker-compose.yml without Docker: its own commands and settings, on this machine's servers.

What the file says is taken as it stands; only the names of other containers become
addresses on the loopback. Servers of others (images without ``build``) are not started.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.ops.stack import ROOT, wait_until

FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


class Missing(Exception):
    """A variable that the file cannot do without."""


def substitute(text: str, values: dict[str, str]) -> str:
    """Fill in ``${NAME}``, ``${NAME:-default}`` and ``${NAME:?message}`` as Compose does."""

    def replaced(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if value := values.get(name):
            return value
        if kind == "?":
            raise Missing(f"{name}: {rest}")
        return substitute(rest, values) if kind else ""

    # From the inside: a default may hold another variable.
    previous = None
    while previous != text:
        previous, text = text, _VARIABLE.sub(replaced, text)
    return text


def _filled(node: Any, values: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, values) for value in node]
    return substitute(node, values) if isinstance(node, str) else node


def read_services(values: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The file's services with ``values`` filled in; raises Missing."""
    services: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
    return {name: _filled(service, values) for name, service in services.items()}


@dataclass(frozen=True)
class Composed:
    """The services of the file that are ours, as processes with ``moved`` addresses."""

    services: dict[str, dict[str, Any]]
    moved: dict[str, str]
    var: Path
    port: int

    def environment(self, name: str) -> dict[str, str]:
        """What the container would see, and from the machine only what a process needs."""
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        said = {key: str(value) for key, value in self.services[name]["environment"].items()}
        here = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "PIXTRACT_VAR_DIR": str(self.var),
            "PIXTRACT_PORT": str(self.port),
        }
        return {**kept, **{key: self._moved(value) for key, value in said.items()}, **here}

    def _moved(self, value: str) -> str:
        for there, here in self.moved.items():
            value = value.replace(there, here)
        return value

    def start(self, name: str, log: Path) -> subprocess.Popen[bytes]:
        """Start the service's own command."""
        with log.open("ab") as file:
            return subprocess.Popen(  # noqa: S603
                self.services[name]["command"],
                cwd=ROOT,
                env=self.environment(name),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, name: str, log: Path) -> None:
        """Run a service that ends by itself; fails when it fails."""
        assert self.start(name, log).wait(120) == 0, log.read_text()

    def probe(self) -> bool:
        """Ask as the web container's health check does."""
        command = self.services["web"]["healthcheck"]["test"][1:]
        done = subprocess.run(command, cwd=ROOT, env=self.environment("web"), check=False)  # noqa: S603
        return done.returncode == 0


def stop_all(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Stop as Docker does: ask, wait, kill."""
    for process in processes.values():
        process.terminate()
    try:
        wait_until(lambda: all(each.poll() is not None for each in processes.values()), 60, "end")
    finally:
        for process in processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
