"""The command: ``python -m tools.setup run|test|lint``."""

from __future__ import annotations

import argparse
import fcntl
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from tools.setup.assets import BUILD, build_assets, collect_static
from tools.setup.commands import ROOT, SetupError
from tools.setup.environments import make_environment

logger = logging.getLogger("tools.setup")


def set_up_run() -> None:
    """Everything the product needs to run, and nothing else."""
    python = make_environment(ROOT / ".venv", ROOT / "requirements.txt")
    build_assets()
    collect_static(python)


def set_up_lint() -> Path:
    """The linters and what they look into; returns the interpreter."""
    return make_environment(ROOT / ".venv-dev", ROOT / "requirements-dev.txt")


def set_up_test() -> None:
    """The tests' packages, and what the product builds: whole stacks are started in tests."""
    python = set_up_lint()
    build_assets()
    collect_static(python)


_GOALS: dict[str, Callable[[], object]] = {
    "run": set_up_run,
    "test": set_up_test,
    "lint": set_up_lint,
}


def main() -> int:
    """Set up what was asked for; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.setup", description=__doc__)
    parser.add_argument("goal", choices=_GOALS)
    goal = parser.parse_args().goal
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    BUILD.mkdir(parents=True, exist_ok=True)
    # Two of these at once, in two terminals, would write the same files.
    with (BUILD / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            _GOALS[goal]()
        except SetupError as error:
            logger.error("%s", error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
