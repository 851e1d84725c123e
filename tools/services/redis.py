"""Redis without files: what it holds may be lost at any time, and so it is in the tests."""

from __future__ import annotations

from tools.services.background import Background, answers, chosen_port, require, require_free
from tools.setup.commands import ROOT

DEFAULT_PORT = 6390
START_SECONDS = 20
_SERVER = Background("Redis", ROOT / "build" / "redis", "redis-server 127.0.0.1")


def start() -> dict[str, str]:
    """Start the server unless it runs, wait until it answers, return the settings to use it.

    ``REDIS_PORT`` chooses the port. Raises SetupError.
    """
    port = chosen_port("REDIS_PORT", DEFAULT_PORT)
    if not (_SERVER.pid() and answers(port)):
        program = require("redis-server", "redis-server", what_for="The queue")
        stop()
        require_free(port, "REDIS_PORT")
        place = ("--port", str(port), "--bind", "127.0.0.1")
        process = _SERVER.launch((program, *place, "--save", "", "--appendonly", "no"))
        _SERVER.wait(process, lambda: answers(port), START_SECONDS)
    return {"PIXTRACT_TEST_REDIS_URL": f"redis://127.0.0.1:{port}"}


def stop() -> bool:
    """Stop the server; tells whether one was running."""
    return _SERVER.stop()
