"""OpenSearch as a child of nobody: started in the background, found again by its note."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from tools.setup import stamps
from tools.setup.commands import ROOT, SetupError, run

logger = logging.getLogger(__name__)

FOLDER = ROOT / "build" / "opensearch"
MAIN_CLASS = "org.codelibs.opensearch.runner.OpenSearchRunner"
DEFAULT_PORT = 9200
START_SECONDS = 120
STOP_SECONDS = 30
_HEAP = "768m"
_HERE = Path(__file__).parent
_POM = _HERE / "pom.xml"
_CONFIGURATION = _HERE / "opensearch.yml"
_CLASSPATH = FOLDER / "classpath.txt"
_PID = FOLDER / "server.pid"
_LOG = FOLDER / "server.log"


def start() -> str:
    """Start the server unless it runs, wait until it answers, return its address.

    ``OPENSEARCH_PORT`` chooses the port. Raises SetupError.
    """
    port = _port()
    url = f"http://127.0.0.1:{port}"
    if _pid() and _is_ready(url):
        return url
    _require("java", "openjdk-17-jre-headless")
    _fetch()
    stop()
    # The server would take the next free port without a word.
    if _is_taken(port):
        raise SetupError(f"Port {port} is in use: choose another with OPENSEARCH_PORT.")
    _wait(_launch(port), url)
    return url


def stop() -> bool:
    """Stop the server; tells whether one was running."""
    pid = _pid()
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _pid() and time.monotonic() < deadline:
        time.sleep(0.2)
    if _pid():
        os.kill(pid, signal.SIGKILL)
    _PID.unlink(missing_ok=True)
    return True


def _port() -> int:
    text = os.environ.get("OPENSEARCH_PORT", str(DEFAULT_PORT))
    if not text.isdecimal() or not 1024 <= int(text) <= 9298:
        raise SetupError(f"OPENSEARCH_PORT must be from 1024 to 9298, not {text!r}.")
    return int(text)


def _require(program: str, package: str) -> None:
    if shutil.which(program) is None:
        raise SetupError(
            f"The search server needs {program}, which is not here: apt-get install {package}"
        )


def _fetch() -> None:
    """Let Maven fetch the server once; what Java needs to know is kept in a file."""
    stamp = FOLDER / "classpath.sha256"
    wanted = stamps.hash_of([_POM])
    if stamps.is_current(stamp, wanted) and _is_complete():
        return
    _require("mvn", "maven")
    logger.info("Fetching OpenSearch (once, 70 MB) ...")
    FOLDER.mkdir(parents=True, exist_ok=True)
    goal = ("dependency:build-classpath", f"-Dmdep.outputFile={_CLASSPATH}")
    run(("mvn", "--batch-mode", "--quiet", "--file", _POM, *goal))
    stamps.write(stamp, wanted)


def _is_complete() -> bool:
    """Tell whether Maven's store still holds every file that it named."""
    if not _CLASSPATH.is_file():
        return False
    names = _CLASSPATH.read_text(encoding="utf-8").strip().split(os.pathsep)
    return all(Path(name).is_file() for name in names)


def _launch(port: int) -> subprocess.Popen[bytes]:
    settings = FOLDER / "conf"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_CONFIGURATION, settings / "opensearch.yml")
    java = ("java", f"-Xms{_HEAP}", f"-Xmx{_HEAP}", "-XX:+UseSerialGC")
    # The runner adds the number of the node, which is 1, to the port.
    options = {
        "-basePath": FOLDER / "state",
        "-confPath": settings,
        "-numOfNode": 1,
        "-baseHttpPort": port - 1,
        "-clusterName": "pixtract",
        "-indexStoreType": "niofs",
    }
    words = [str(word) for pair in options.items() for word in pair]
    classpath = _CLASSPATH.read_text(encoding="utf-8").strip()
    with _LOG.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - fixed command, no shell
            [*java, "-cp", classpath, MAIN_CLASS, *words, "-printOnFailure"],
            cwd=FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _PID.write_text(str(process.pid), encoding="ascii")
    return process


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(url):
        if process.poll() is not None:
            raise SetupError(f"OpenSearch ended at once:\n{_last_words()}")
        if time.monotonic() > deadline:
            stop()
            raise SetupError(f"OpenSearch does not answer at {url}:\n{_last_words()}")
        time.sleep(0.5)


def _last_words() -> str:
    return _LOG.read_text(encoding="utf-8", errors="replace")[-2000:]


def _is_ready(url: str) -> bool:
    address = f"{url}/_cluster/health?wait_for_status=yellow&timeout=5s"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
            return bool(json.load(answer)["cluster_name"] == "pixtract")
    except (OSError, ValueError, KeyError):
        return False


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _pid() -> int | None:
    """Return the server's process, or None when it does not run."""
    try:
        pid = int(_PID.read_text(encoding="ascii"))
        said = subprocess.run(  # noqa: S603 - fixed command, no shell
            ["ps", "-o", "stat=,args=", "-p", str(pid)],  # noqa: S607 - wherever the system has it
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
    except (OSError, ValueError):
        return None
    return pid if MAIN_CLASS in said and not said.startswith("Z") else None
