"""OpenSearch, fetched by Maven and run on this machine's loopback."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

from tools.services.background import Background, chosen_port, require, require_free
from tools.setup import stamps
from tools.setup.commands import ROOT, run

logger = logging.getLogger(__name__)

FOLDER = ROOT / "build" / "opensearch"
MAIN_CLASS = "org.codelibs.opensearch.runner.OpenSearchRunner"
DEFAULT_PORT = 9200
# The transport layer begins at 9300.
HIGHEST_PORT = 9298
START_SECONDS = 120
_HEAP = "1g"
_HERE = Path(__file__).parent
_POM = _HERE / "pom.xml"
_CONFIGURATION = _HERE / "opensearch.yml"
_CLASSPATH = FOLDER / "classpath.txt"
_SERVER = Background("OpenSearch", FOLDER, MAIN_CLASS)


def start() -> dict[str, str]:
    """Start the server unless it runs, wait until it answers, return the settings to use it.

    ``OPENSEARCH_PORT`` chooses the port. Raises SetupError.
    """
    port = chosen_port("OPENSEARCH_PORT", DEFAULT_PORT, highest=HIGHEST_PORT)
    url = f"http://127.0.0.1:{port}"
    if not (_SERVER.pid() and is_ready(url)):
        require("java", "openjdk-17-jre-headless", what_for="The search server")
        _fetch()
        stop()
        # The server would take the next free port without a word.
        require_free(port, "OPENSEARCH_PORT")
        _SERVER.wait(_launch(port), lambda: is_ready(url), START_SECONDS)
    return {"PIXTRACT_TEST_OPENSEARCH_URL": url}


def stop() -> bool:
    """Stop the server; tells whether one was running."""
    return _SERVER.stop()


def _fetch() -> None:
    """Let Maven fetch the server once; what Java needs to know is kept in a file."""
    stamp = FOLDER / "classpath.sha256"
    wanted = stamps.hash_of([_POM])
    if stamps.is_current(stamp, wanted) and is_fetched():
        return
    require("mvn", "maven", what_for="The search server")
    logger.info("Fetching OpenSearch (once, 70 MB) ...")
    FOLDER.mkdir(parents=True, exist_ok=True)
    goal = ("dependency:build-classpath", f"-Dmdep.outputFile={_CLASSPATH}")
    run(("mvn", "--batch-mode", "--quiet", "--file", _POM, *goal))
    stamps.write(stamp, wanted)


def is_fetched() -> bool:
    """Tell whether Maven's store still holds every file that it named."""
    if not _CLASSPATH.is_file():
        return False
    names = _CLASSPATH.read_text(encoding="utf-8").strip().split(os.pathsep)
    return all(Path(name).is_file() for name in names)


def _launch(port: int) -> subprocess.Popen[bytes]:
    return _SERVER.launch(command(port, FOLDER))


def command(port: int, folder: Path, heap: str = _HEAP) -> list[str]:
    """Return what starts a server that keeps everything in ``folder``; it must be fetched."""
    settings = folder / "conf"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_CONFIGURATION, settings / "opensearch.yml")
    java = ("java", f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC")
    # The runner adds the number of the node, which is 1, to the port.
    options = {
        "-basePath": folder / "state",
        "-confPath": settings,
        "-numOfNode": 1,
        "-baseHttpPort": port - 1,
        "-clusterName": "pixtract",
        "-indexStoreType": "niofs",
    }
    words = [str(word) for pair in options.items() for word in pair]
    classpath = _CLASSPATH.read_text(encoding="utf-8").strip()
    return [*java, "-cp", classpath, MAIN_CLASS, *words, "-printOnFailure"]


def is_ready(url: str) -> bool:
    """Tell whether a server of ours answers at ``url``."""
    address = f"{url}/_cluster/health?wait_for_status=yellow&timeout=5s"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
            return bool(json.load(answer)["cluster_name"] == "pixtract")
    except (OSError, ValueError, KeyError):
        return False
