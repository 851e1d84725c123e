"""PostgreSQL with a cluster of its own, beside whatever the system runs."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tools.services.background import Background, chosen_port, require_free
from tools.setup.commands import ROOT, SetupError

DEFAULT_PORT = 5440
START_SECONDS = 60
_NAME = "pixtract"
# A server that never lost power in its life need not wait for the disk.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
}
# The server does not run as root; any account without rights will do.
_USERS = ("postgres", "nobody")


def start() -> dict[str, str]:
    """Start the server unless it runs, wait until it answers, return the settings to use it.

    ``POSTGRESQL_PORT`` chooses the port. Raises SetupError.
    """
    port = chosen_port("POSTGRESQL_PORT", DEFAULT_PORT)
    programs, user, server = _programs(), _user(), _server()
    if not (server.pid() and _is_ready(programs, port)):
        server.stop()
        require_free(port, "POSTGRESQL_PORT")
        _make_cluster(programs, server.folder, user)
        options = [word for pair in _SETTINGS.items() for word in ("-c", "=".join(pair))]
        data = server.folder / "data"
        place: list[str | Path] = [programs / "postgres", "-D", data, "-p", str(port)]
        process = server.launch([*place, *options], user=user)
        server.wait(process, lambda: _is_ready(programs, port), START_SECONDS)
    url = f"postgresql://{_NAME}:{_NAME}@127.0.0.1:{port}/postgres"
    return {"PIXTRACT_TEST_POSTGRESQL_URL": url}


def stop() -> bool:
    """Stop the server; tells whether one was running."""
    return _server().stop()


def _server() -> Background:
    folder = _folder()
    # SIGINT ends its sessions; SIGTERM would wait for them.
    return Background("PostgreSQL", folder, str(folder / "data"), signal.SIGINT)


def _folder() -> Path:
    """Where the cluster lies: an account without rights may not look into root's checkout."""
    if os.geteuid():
        return ROOT / "build" / "postgresql"
    return Path("/var/tmp") / f"pixtract-{hashlib.sha256(bytes(ROOT)).hexdigest()[:12]}"  # noqa: S108


def _user() -> str | None:
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in _USERS:
        if name in known:
            return name
    raise SetupError("PostgreSQL does not run as root: make an account named postgres.")


def _programs() -> Path:
    """The folder of the server's programs: Debian keeps them away from the PATH."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "postgres").is_file():
            return folder
    raise SetupError("The database needs postgres, which is not here: apt-get install postgresql")


def _make_cluster(programs: Path, folder: Path, user: str | None) -> None:
    """Make the files of an empty database server, once."""
    if (folder / "data" / "PG_VERSION").is_file():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = folder / "password"
    password.write_text(_NAME, encoding="ascii")
    if user:
        for path in (folder, password):
            shutil.chown(path, user)
    kind = ("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}")
    done = subprocess.run(  # noqa: S603 - fixed command, no shell
        [programs / "initdb", "-D", folder / "data", "-U", _NAME, "--no-sync", *kind],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=user,
        extra_groups=[] if user else None,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"initdb failed:\n{done.stdout[-2000:]}")


def _is_ready(programs: Path, port: int) -> bool:
    asked = subprocess.run(  # noqa: S603 - fixed command, no shell
        [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False
    )
    return asked.returncode == 0
