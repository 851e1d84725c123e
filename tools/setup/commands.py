"""Running other programs quietly; what they said is shown only when they fail."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIME_LIMIT_SECONDS = 1800
_SHOWN_CHARACTERS = 3000


class SetupError(RuntimeError):
    """A step failed; the text says what to do or what the program said."""


def run(command: Sequence[str | Path], *, path_first: Path | None = None) -> None:
    """Run ``command`` in the checkout; raises SetupError with its last words."""
    words = [str(word) for word in command]
    environment = dict(os.environ)
    if path_first:
        environment["PATH"] = f"{path_first}{os.pathsep}{environment.get('PATH', '')}"
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, no shell
            words,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SetupError(f"{shlex.join(words[:4])} did not run: {error}") from error
    if done.returncode:
        said = done.stdout.strip()[-_SHOWN_CHARACTERS:]
        raise SetupError(f"{shlex.join(words)} failed:\n{said}")
