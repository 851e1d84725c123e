"""A backup's folder: its manifest, its checksums, and paths that stay inside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

FORMAT = 1
DATABASE, FILES, FILE_LIST = "database", "files", "files.jsonl.gz"
CHECKSUMS, MANIFEST, SECRET = "checksums.txt", "manifest.json", "secret_key"
_CHUNK = 1 << 20


class BackupError(Exception):
    """The backup cannot be made or used; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``migrations`` names the newest of each app, ``rows`` counts."""

    created_at: str
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    files: int
    size_bytes: int
    renditions: bool
    format: int = FORMAT
    problems: list[str] = field(default_factory=list)


def write_manifest(path: Path, manifest: Manifest) -> None:
    path.write_text(json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a complete backup; raises BackupError."""
    try:
        data = json.loads((folder / MANIFEST).read_text())
        manifest = Manifest(**data)
    except FileNotFoundError as error:
        raise BackupError(f"{folder} holds no complete backup: {MANIFEST} is missing.") from error
    except (ValueError, TypeError) as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise BackupError(f"The backup has format {manifest.format}, this release reads {FORMAT}.")
    return manifest


def current_migrations() -> dict[str, list[str]]:
    """The newest migrations of each installed app, as the code has them."""
    loader = MigrationLoader(None)
    leaves: dict[str, list[str]] = {}
    for app, name in sorted(loader.graph.leaf_nodes()):
        if apps.is_installed(app) or app in loader.migrated_apps:
            leaves.setdefault(app, []).append(name)
    return leaves


def hash_of(path: Path) -> str:
    """The file's SHA-256, hexadecimal, streaming."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def file_path(folder: Path, key: str) -> Path:
    """Where a stored file lies in the backup; raises BackupError for keys that lead outside."""
    parts = PurePosixPath(key)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts:
        raise BackupError(f"{key!r} is no key of a stored file.")
    return folder / FILES / parts


def read_checksums(path: Path) -> dict[str, str]:
    """Return path in the backup → SHA-256; empty without a list. Raises BackupError."""
    if not path.is_file():
        return {}
    return dict(_checksum_lines(path))


def _checksum_lines(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name:
            raise BackupError(f"Line {number} of {path} is no checksum.")
        yield name, digest
