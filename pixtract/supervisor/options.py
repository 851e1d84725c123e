"""What the supervisor reads from the environment."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import load_dotenv

from pixtract import serving
from pixtract.env import env_int, env_str

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Options:
    """Where to listen, and where the state is."""

    bind: str
    port: int
    var_dir: Path
    worker_concurrency: int
    base_url: str = ""
    ingests: bool = False

    @property
    def probe_host(self) -> str:
        """The address under which this machine reaches the web server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.bind, self.bind)  # noqa: S104

    @property
    def host_header(self) -> str:
        """The name under which the web server answers, whatever other names are allowed."""
        if self.base_url:
            return urlsplit(self.base_url).netloc
        return "localhost" if self.bind in serving.ANY else self.bind

    @property
    def address(self) -> str:
        """Where people open the pages, without a slash at the end."""
        return (self.base_url or f"http://{self.host_header}:{self.port}").rstrip("/")

    @property
    def is_local_only(self) -> bool:
        """True when no other machine can connect."""
        if self.bind == "localhost":
            return True
        try:
            return self.bind not in serving.ANY and ipaddress.ip_address(self.bind).is_loopback
        except ValueError:
            return False


def read_options() -> Options:
    """Read the environment and ``.env``; raises ImproperlyConfigured.

    ``PORT`` is taken, too, as many hosts set it; the children are told the same.
    """
    load_dotenv(ROOT / ".env")
    if port := os.environ.get("PORT", "").strip():
        os.environ.setdefault("PIXTRACT_PORT", port)
    var_dir = Path(env_str("VAR_DIR", str(ROOT / "var"))).resolve()
    # The children run in the checkout: a relative folder must mean the same to them.
    os.environ["PIXTRACT_VAR_DIR"] = str(var_dir)
    return Options(
        bind=serving.bind(),
        port=serving.port(),
        var_dir=var_dir,
        worker_concurrency=env_int("WORKER_CONCURRENCY", 2, minimum=1),
        base_url=serving.told_base_url(),
        ingests=bool(env_str("INGEST_QUEUE_URL")),
    )
