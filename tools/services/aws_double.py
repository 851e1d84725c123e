"""moto's server, which answers as S3, SQS, SNS and Textract do, and forgets all when it ends."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.services.background import Background, answers, chosen_port, require_free
from tools.setup.commands import ROOT, SetupError

DEFAULT_PORT = 5565
START_SECONDS = 60
_SERVER = Background("The double of AWS", ROOT / "build" / "aws-double", "moto_server")
_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def start() -> dict[str, str]:
    """Start the server unless it runs, wait until it answers, return the settings to use it.

    ``AWS_DOUBLE_PORT`` chooses the port. Raises SetupError.
    """
    port = chosen_port("AWS_DOUBLE_PORT", DEFAULT_PORT)
    if not (_SERVER.pid() and answers(port)):
        stop()
        require_free(port, "AWS_DOUBLE_PORT")
        command = (_program(), "-H", "127.0.0.1", "-p", str(port))
        process = _SERVER.launch(command, environment=_KEYS)
        _SERVER.wait(process, lambda: answers(port), START_SECONDS)
    return {"PIXTRACT_TEST_AWS_URL": f"http://127.0.0.1:{port}"}


def stop() -> bool:
    """Stop the server; tells whether one was running."""
    return _SERVER.stop()


def _program() -> Path:
    environments = (ROOT / ".venv-dev" / "bin", Path(sys.executable).parent, ROOT / ".venv" / "bin")
    for folder in environments:
        if (folder / "moto_server").is_file():
            return folder / "moto_server"
    raise SetupError("The double of AWS needs moto: run `make services`, which installs it.")
