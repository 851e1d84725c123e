"""Virtual environments that hold exactly what a requirements file names."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from tools.setup import stamps
from tools.setup.commands import ROOT, run

logger = logging.getLogger(__name__)


def make_environment(folder: Path, requirements: Path) -> Path:
    """Make ``folder`` hold the packages, unless it does; returns its Python.

    A changed requirements file or another Python makes it anew, so that nothing stays
    behind that is no longer asked for. Raises SetupError.
    """
    python = folder / "bin" / "python"
    stamp = folder / "made-from.sha256"
    wanted = _wanted(requirements)
    if python.exists() and stamps.is_current(stamp, wanted):
        return python
    logger.info("Installing %s into %s ...", requirements.name, folder.name)
    run([sys.executable, "-m", "venv", "--clear", folder])
    # With byte code (75 MB): where none may be written later, each start would take 2 s longer.
    install_into(python, "-r", requirements)
    stamps.write(stamp, wanted)
    return python


def install_into(python: Path, *arguments: str | Path) -> None:
    """Install packages with the pip of ``python``; raises SetupError."""
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input")
    run((*pip, "install", "--quiet", *arguments))


def _wanted(requirements: Path) -> str:
    # requirements-dev.txt includes the other one.
    files = {requirements, ROOT / "requirements.txt"}
    return stamps.hash_of(files, sys.version, sys.base_prefix)
