"""The command: ``python -m pixtract.supervisor``."""

from __future__ import annotations

import signal
import subprocess
import sys

from django.core.exceptions import ImproperlyConfigured

from pixtract.supervisor.console import Console
from pixtract.supervisor.guards import CannotStart, check_address, lock_state
from pixtract.supervisor.options import ROOT, Options, read_options
from pixtract.supervisor.supervisor import Supervisor


def main() -> int:
    """Run the product until it is stopped; returns the exit status."""
    console = Console()
    try:
        options = read_options()
        with lock_state(options):
            check_address(options)
            Supervisor(options, console, _prepare(options)).run()
    except (CannotStart, ImproperlyConfigured) as error:
        console.say(str(error))
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


def _prepare(options: Options) -> str:
    """Bring database and files up to date; returns what to tell the person who started this."""
    command = [sys.executable, "-m", "pixtract.prepare"]
    if options.is_local_only:
        command.append("--local-only")
    done = subprocess.run(  # noqa: S603 - fixed command, no shell
        command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False
    )
    if done.returncode:
        raise CannotStart("Pixtract was not started, for the reason above.")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
