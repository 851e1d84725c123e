"""The command: ``python -m tools.services start|stop [NAME ...]``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from typing import NamedTuple

from tools.services import aws_double, opensearch, postgresql, redis
from tools.setup.commands import SetupError

logger = logging.getLogger("tools.services")


class Service(NamedTuple):
    """How a server is started, which gives the settings to use it, and stopped."""

    start: Callable[[], dict[str, str]]
    stop: Callable[[], bool]


SERVICES = {
    "postgresql": Service(postgresql.start, postgresql.stop),
    "redis": Service(redis.start, redis.stop),
    "aws": Service(aws_double.start, aws_double.stop),
    "opensearch": Service(opensearch.start, opensearch.stop),
}


def main() -> int:
    """Start or stop the servers; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.services", description=__doc__)
    parser.add_argument("goal", choices=("start", "stop"))
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SERVICES)}")
    options = parser.parse_args()
    if unknown := set(options.names) - set(SERVICES):
        parser.error(f"no such service: {', '.join(sorted(unknown))}")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    names = options.names or list(SERVICES)
    return _start(names) if options.goal == "start" else _stop(names)


def _start(names: list[str]) -> int:
    """Start all that can be, so that one run tells of everything that is missing."""
    failed = False
    for name in names:
        try:
            for variable, value in SERVICES[name].start().items():
                sys.stdout.write(f"export {variable}={value}\n")
                sys.stdout.flush()
        except SetupError as error:
            logger.error("%s", error)
            failed = True
    return int(failed)


def _stop(names: list[str]) -> int:
    stopped = [name for name in names if SERVICES[name].stop()]
    said = f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running."
    sys.stdout.write(said + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
