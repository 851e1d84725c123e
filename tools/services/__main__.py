"""The command: ``python -m tools.services start|stop``."""

from __future__ import annotations

import argparse
import logging
import sys

from tools.services import opensearch
from tools.setup.commands import SetupError

logger = logging.getLogger("tools.services")


def main() -> int:
    """Start or stop the servers; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.services", description=__doc__)
    parser.add_argument("goal", choices=("start", "stop"))
    goal = parser.parse_args().goal
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        if goal == "start":
            sys.stdout.write(f"OpenSearch: {opensearch.start()}\n")
        else:
            sys.stdout.write("Stopped.\n" if opensearch.stop() else "Nothing was running.\n")
    except SetupError as error:
        logger.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
