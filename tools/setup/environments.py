"""Virtual environments that hold exactly what a requirements file names."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from tools.setup import stamps
from tools.setup.commands import ROOT, SetupError, run

logger = logging.getLogger(__name__)


def make_environment(folder: Path, requirements: Path) -> Path:
    """Make ``folder`` hold the packages, unless it does; returns its Python.

    A changed requirements file or another Python makes it anew, so that nothing stays
    behind that is no longer asked for. One that works, but of which nothing tells what it was
    made from, is somebody's work: it is added to, never emptied. Raises SetupError, also for a
    link: what it leads to belongs to another checkout.
    """
    _refuse_link(folder)
    python = folder / "bin" / "python"
    stamp = folder / "made-from.sha256"
    wanted = _wanted(requirements)
    if python.exists() and stamps.is_current(stamp, wanted):
        return python
    logger.info("Installing %s into %s ...", requirements.name, folder.name)
    if _tells_origin(stamp) or not _works(python):
        run([sys.executable, "-m", "venv", "--clear", folder])
    # With byte code (75 MB): where none may be written later, each start would take 2 s longer.
    install_into(python, "-r", requirements)
    stamps.write(stamp, wanted)
    return python


def install_into(python: Path, *arguments: str | Path) -> None:
    """Install packages with the pip of ``python``; raises SetupError."""
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input")
    run((*pip, "install", "--quiet", *arguments))


def _refuse_link(folder: Path) -> None:
    if not folder.is_symlink():
        return
    raise SetupError(
        f"{folder} is a link to {folder.resolve()}: installing would change what belongs to "
        f"others. Remove the link (rm {folder}), and run this again for an environment of its own."
    )


def _tells_origin(stamp: Path) -> bool:
    try:
        return bool(stamp.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return False


def _works(python: Path) -> bool:
    """Whether it is the Python that this runs on, with a pip to install by."""
    same = f"import pip, sys; sys.exit(sys.version != {sys.version!r})"
    try:
        run((python, "-c", same))
    except SetupError:
        return False
    return True


def _wanted(requirements: Path) -> str:
    # requirements-dev.txt includes the other one.
    files = {requirements, ROOT / "requirements.txt"}
    return stamps.hash_of(files, sys.version, sys.base_prefix)
