"""Writes the collection, and the picture that it uploads, into a folder."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import django
from PIL import Image

from tools.postman.convert import collection
from tools.postman.recipe import SAMPLE


def main() -> int:
    """Write both files; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.postman", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("build/postman"))
    folder: Path = parser.parse_args().into
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "pixtract.postman_collection.json"
    target.write_text(json.dumps(collection(_schema()), indent=2) + "\n", encoding="utf-8")
    Image.new("RGB", (640, 480), (70, 130, 180)).save(folder / SAMPLE)
    sys.stdout.write(f"Import {target} into Postman; docs/webhooks.md says how to run it.\n")
    return 0


def _schema() -> dict[str, object]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixtract.settings")
    django.setup()
    # What stands on the settings cannot be imported before them.
    from drf_spectacular.generators import SchemaGenerator

    schema: dict[str, object] = SchemaGenerator().get_schema(  # type: ignore[no-untyped-call]
        request=None, public=True
    )
    return schema


if __name__ == "__main__":
    sys.exit(main())
