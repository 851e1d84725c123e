"""What is built from sources outside Python: the front end, the models, the static files."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack
from pathlib import Path

from tools.build_models import manifest
from tools.setup import stamps
from tools.setup.commands import ROOT, run
from tools.setup.node import node_folder

logger = logging.getLogger(__name__)
BUILD = ROOT / "build"
DIST = ROOT / "assets" / "dist"
STATIC = ROOT / "staticroot"
_LOCKS = [ROOT / "package.json", ROOT / "package-lock.json"]


def build_assets() -> None:
    """Build front end and models where they are missing or old; raises SetupError."""
    with ExitStack() as stack:
        borrowed: list[Path] = []

        def node() -> Path:
            if not borrowed:
                borrowed.append(stack.enter_context(node_folder(BUILD)))
            return borrowed[0]

        sources = stamps.hash_of([*_LOCKS, *_front_end_sources()])
        stamp = BUILD / "stamps" / "front-end.sha256"
        if not (DIST.is_dir() and stamps.is_current(stamp, sources)):
            _build_front_end(node())
            stamps.write(stamp, sources)
        if not manifest.is_current(BUILD):
            _build_models(node())


def _front_end_sources() -> list[Path]:
    return [path for path in (ROOT / "assets").iterdir() if path != DIST]


def _build_front_end(node: Path) -> None:
    npm = node / "npm"
    modules = ROOT / "node_modules"
    locked = stamps.hash_of(_LOCKS)
    stamp = modules / ".made-from.sha256"
    if not stamps.is_current(stamp, locked):
        logger.info("Fetching the front end's packages ...")
        run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], path_first=node)
        stamps.write(stamp, locked)
    logger.info("Building the front end ...")
    run([npm, "run", "--silent", "build"], path_first=node)


def _build_models(node: Path) -> None:
    logger.info("Building the models for labels and places (once) ...")
    builder = (sys.executable, "-m", "tools.build_models", "--into", BUILD, "--npm", node / "npm")
    run(builder, path_first=node)


def collect_static(python: Path) -> None:
    """Gather, compress and fingerprint what browsers load; raises SetupError."""
    made_from = [ROOT / "requirements.txt", ROOT / "pixtract" / "settings.py", DIST]
    wanted = stamps.hash_of(made_from)
    stamp = BUILD / "stamps" / "static.sha256"
    if (STATIC / "staticfiles.json").exists() and stamps.is_current(stamp, wanted):
        return
    logger.info("Collecting static files ...")
    run((python, ROOT / "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0"))
    stamps.write(stamp, wanted)
