"""Whatever happens to an index folder is noticed, and mended from the database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from accounts.models import User
from gallery.models import MediaItem
from search.backends import get_backend
from search.backends.base import IndexBroken, SearchUnavailable
from search.backends.embedded import EmbeddedBackend
from search.backends.embedded_checks import Checks
from search.backends.embedded_errors import engine_errors
from search.backends.embedded_schema import VERSION
from search.backends.identity import identity
from search.reconciling import reconcile
from search.services import search_media
from tests.search.conftest import index_all
from tests.search.contract import numbers, request
from tests.search.corpus import ALICE, corpus, document

ROOT = Path(__file__).parents[2]
_FOOTER = 150
_KINDS = (".term", ".idx", ".pos", ".fast", ".fieldnorm", ".store")


def files_of(root: Path, suffix: str) -> list[Path]:
    return [path for path in root.rglob(f"{identity(VERSION)}-*/*") if path.suffix == suffix]


def spoil(root: Path, suffix: str) -> None:
    """Change bytes in the middle of files; ends and lengths stay as they are."""
    for path in files_of(root, suffix):
        content = bytearray(path.read_bytes())
        body = max(len(content) - _FOOTER, 1)
        for at in range(0, body, 2):
            content[at] ^= 0x5A
        # In place: a file that is cut off for a moment, and mapped, ends the process.
        with path.open("r+b") as file:
            file.write(content)


@pytest.mark.parametrize("suffix", _KINDS)
def test_every_file_is_compared_with_its_checksum(tmp_path: Path, suffix: str) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.rebuild(ALICE, corpus())
    backend.write(ALICE, [document(1, "changed.jpg")], [])
    backend.verify(ALICE)
    spoil(tmp_path, suffix)
    with pytest.raises(IndexBroken, match="damaged"):
        EmbeddedBackend(tmp_path).verify(ALICE)


@pytest.mark.parametrize("damage", ["shorter", "empty", "gone", "footer", "no parts"])
def test_files_that_are_cut_off_or_missing_are_damaged(tmp_path: Path, damage: str) -> None:
    EmbeddedBackend(tmp_path).rebuild(ALICE, corpus())
    (path, *_) = files_of(tmp_path, ".term")
    content = path.read_bytes()
    if damage == "no parts":
        (path.parent / "meta.json").write_text("{}")
    elif damage == "gone":
        path.unlink()
        (path.parent / f"{path.stem}.term").symlink_to("nowhere")
    else:
        kept = {"shorter": content[:-9], "empty": b"", "footer": content[:-20] + b"\xff" * 20}
        path.write_bytes(kept[damage])
    assert Checks().damaged_file(path.parent) == (
        "meta.json" if damage == "no parts" else path.name
    )


@pytest.mark.parametrize("suffix", [*_KINDS, ".del"])
@pytest.mark.parametrize("is_cut", [True, False])
def test_a_damaged_file_is_never_mapped(tmp_path: Path, suffix: str, is_cut: bool) -> None:
    """Reading behind its end, or nonsense while merging, would be the end of the process."""
    backend = EmbeddedBackend(tmp_path)
    backend.rebuild(ALICE, [document(number, f"walk_{number}.jpg") for number in range(1, 400)])
    backend.write(ALICE, [document(1, "changed.jpg")], [])
    if is_cut:
        largest = max(files_of(tmp_path, suffix), key=lambda path: path.stat().st_size)
        with largest.open("r+b") as file:
            file.truncate(largest.stat().st_size // 2)
    else:
        spoil(tmp_path, suffix)
    other = EmbeddedBackend(tmp_path)
    with pytest.raises(IndexBroken, match="damaged"):
        other.search(ALICE, request("walk"), limit=5)
    with pytest.raises(IndexBroken, match="damaged"):
        other.write(ALICE, [document(2, "changed.jpg")], [])
    other.rebuild(ALICE, corpus())
    assert other.search(ALICE, request("beagle"), limit=5).total == 1


def test_a_file_that_was_well_is_compared_again_when_it_has_changed(tmp_path: Path) -> None:
    EmbeddedBackend(tmp_path).rebuild(ALICE, corpus())
    checks, folder = Checks(), files_of(tmp_path, ".term")[0].parent
    assert checks.damaged_file(folder) == ""
    spoil(tmp_path, ".term")
    assert checks.damaged_file(folder).endswith(".term")


@pytest.mark.django_db
@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("suffix", _KINDS)
def test_a_damaged_index_is_made_anew(
    alice: User, library: list[MediaItem], index_dir: Path, suffix: str
) -> None:
    names = {hit.item.file_name for hit in search_media(alice, "").hits}
    get_backend()._store.forget(alice.pk)  # type: ignore[attr-defined]  # as another process
    spoil(index_dir, suffix)
    page = search_media(alice, "dog")
    assert not page.is_available
    assert page.notices[-1].code == "rebuilding"
    index_all()
    assert {hit.item.file_name for hit in search_media(alice, "").hits} == names
    get_backend().verify(alice.pk)


@pytest.mark.django_db
@pytest.mark.usefixtures("embedded")
def test_what_is_damaged_while_it_is_in_use_is_found_at_night(
    alice: User, library: list[MediaItem], index_dir: Path
) -> None:
    search_media(alice, "dog")
    spoil(index_dir, ".store")
    assert reconcile(alice.pk).missing == len(library)
    index_all()
    get_backend().verify(alice.pk)


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), ValueError("x (os error 13)")]
)
def test_what_a_new_index_would_not_put_right_does_not_break_the_old(error: Exception) -> None:
    with pytest.raises(SearchUnavailable) as raised, engine_errors():
        raise error
    assert not isinstance(raised.value, IndexBroken)


_FULL = """
import resource, sys
from pathlib import Path
import django; django.setup()
from search.backends.base import IndexBroken, SearchUnavailable
from search.backends.embedded import EmbeddedBackend
from tests.search.corpus import ALICE, corpus, document

backend = EmbeddedBackend(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
for attempt in (
    lambda: backend.write(ALICE, [document(50, "new.jpg")], []),
    lambda: backend.rebuild(ALICE, corpus()),
):
    try:
        attempt()
    except IndexBroken as error:
        sys.exit(f"taken for a broken index: {error}")
    except SearchUnavailable as error:
        continue
    sys.exit("written all the same")
"""


@pytest.mark.processes
def test_a_full_disk_leaves_the_index_as_it_is(tmp_path: Path) -> None:
    """Files that may not grow fail as on a full disk, at the same places."""
    EmbeddedBackend(tmp_path).rebuild(ALICE, corpus())
    done = subprocess.run(  # noqa: S603  # our own interpreter and code
        [sys.executable, "-c", _FULL, str(tmp_path)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PIXTRACT_VAR_DIR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    backend = EmbeddedBackend(tmp_path)
    assert numbers(backend.search(ALICE, request("beagle"), limit=5).ids) == [1]
    assert len(list((tmp_path / str(ALICE)).glob(f"{identity(VERSION)}-*"))) == 1
    backend.write(ALICE, [document(50, "new.jpg")], [])
    assert numbers(backend.search(ALICE, request("new"), limit=5).ids) == [50]
