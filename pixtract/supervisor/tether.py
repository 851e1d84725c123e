"""Becomes another program that dies with the process that started it.

Run as ``python -I tether.py PARENT COMMAND ...``. A process of its own does this because
code between fork and exec is not safe in a program with threads. Linux only: elsewhere
the command runs untethered.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Ask the kernel for the signal, make sure the parent still lives, become the command."""
    if sys.platform == "linux":
        # SIGKILL and not SIGTERM: nobody is left who would press on after a grace time.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - the supervisor's own fixed commands


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
