"""What must hold before anything is started, said in words that help."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from typing import IO

from pixtract.supervisor.options import Options


class CannotStart(Exception):
    """The reason, for the person at the console."""


def lock_state(options: Options) -> IO[str]:
    """Hold the folder of state for this process alone; raises CannotStart.

    The lock lasts as long as the returned file is open, so not even kill -9 leaves one behind.
    The file tells the process and, in its second line, the address of the pages.
    """
    try:
        options.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (options.var_dir / "supervisor.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise CannotStart(
            f"Pixtract cannot write to {options.var_dir} ({error.strerror}).\n"
            "Set PIXTRACT_VAR_DIR to a folder that you may write to."
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.readline().strip() or "unknown"
        file.close()
        raise CannotStart(
            f"Pixtract is already running on {options.var_dir} (process {holder}).\n"
            "Stop that one first, or set PIXTRACT_VAR_DIR and PORT to run a second installation."
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n{options.address}\n")
    file.flush()
    return file


def check_address(options: Options) -> None:
    """Make sure that the web server can listen; raises CannotStart."""
    where = f"{options.bind}:{options.port}"
    try:
        family = socket.getaddrinfo(options.bind, options.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((options.bind, options.port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Another program is using port {options.port} of {options.bind}.\n"
                f"Stop it, or choose another port: PORT={options.port + 1} make run"
            ) from error
        raise CannotStart(
            f"Pixtract cannot listen on {where}: {error.strerror or error}.\n"
            "Set PIXTRACT_BIND and PORT to an address of this machine."
        ) from error
