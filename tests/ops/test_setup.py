"""Set-up does what is needed, once, and says clearly when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.require_browser_tests import browser_tests_run
from tools.setup import stamps
from tools.setup.commands import SetupError, run
from tools.setup.environments import make_environment

ROOT = Path(__file__).resolve().parents[2]


def _find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "tools/find-python"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_python_is_found() -> None:
    assert Path(_find_python(PYTHON=sys.executable).stdout.strip()).samefile(sys.executable)


def test_a_missing_python_is_said_in_words(tmp_path: Path) -> None:
    found = _find_python(PYTHON=str(tmp_path / "python"))
    assert found.returncode == 1
    assert "Pixtract needs Python 3.11 or newer" in found.stderr


def test_an_old_python_is_not_taken(tmp_path: Path) -> None:
    old = tmp_path / "python3.11"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    assert _find_python(PYTHON=str(old)).returncode == 1


def test_a_stamp_is_current_until_what_it_was_made_from_changes(tmp_path: Path) -> None:
    sources, stamp = tmp_path / "sources", tmp_path / "deep" / "stamp"
    sources.mkdir()
    (sources / "a.js").write_text("1")
    made_from = stamps.hash_of([sources], "node 20")
    assert not stamps.is_current(stamp, made_from)
    stamps.write(stamp, made_from)
    assert stamps.is_current(stamp, stamps.hash_of([sources], "node 20"))
    assert not stamps.is_current(stamp, stamps.hash_of([sources], "node 22"))
    (sources / "a.js").write_text("2")
    assert not stamps.is_current(stamp, stamps.hash_of([sources], "node 20"))


def test_a_renamed_file_changes_the_stamp(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = stamps.hash_of([tmp_path])
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert stamps.hash_of([tmp_path]) != before


def test_a_failing_program_is_quoted() -> None:
    with pytest.raises(SetupError, match="no such package"):
        run([sys.executable, "-c", "import sys; sys.exit('no such package')"])


def test_a_missing_program_is_named() -> None:
    with pytest.raises(SetupError, match="no-such-program did not run"):
        run(["no-such-program"])


def test_only_browser_tests_that_ran_count(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        '<testcase classname="tests.e2e.test_photos" name="a"/>'
        '<testcase classname="tests.e2e.test_photos" name="b"><skipped/></testcase>'
        '<testcase classname="tests.api.test_media" name="c"/>'
        "</testsuite></testsuites>"
    )
    assert browser_tests_run(report) == 1


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment that somebody made by hand, with something of theirs in it."""
    folder = tmp_path / "environment"
    run([sys.executable, "-m", "venv", folder])
    (folder / "theirs").write_text("theirs")
    (tmp_path / "requirements.txt").write_text("")
    return folder


def test_an_environment_behind_a_link_is_left_alone(tmp_path: Path, environment: Path) -> None:
    link = tmp_path / ".venv"
    link.symlink_to(environment)
    with pytest.raises(SetupError, match="is a link to"):
        make_environment(link, tmp_path / "requirements.txt")
    assert (environment / "theirs").exists()
    assert not (environment / "made-from.sha256").exists()


def test_an_environment_without_a_stamp_is_added_to(tmp_path: Path, environment: Path) -> None:
    python = make_environment(environment, tmp_path / "requirements.txt")
    assert python.exists() and (environment / "theirs").exists()
    assert (environment / "made-from.sha256").read_text().strip()


def test_an_environment_of_other_requirements_is_made_anew(
    tmp_path: Path, environment: Path
) -> None:
    make_environment(environment, tmp_path / "requirements.txt")
    (tmp_path / "requirements.txt").write_text("# changed")
    make_environment(environment, tmp_path / "requirements.txt")
    assert not (environment / "theirs").exists()


def test_an_environment_that_does_not_work_is_made_anew(tmp_path: Path, environment: Path) -> None:
    (environment / "bin" / "python").unlink()
    python = make_environment(environment, tmp_path / "requirements.txt")
    run([python, "-c", "import pip"])
    assert not (environment / "theirs").exists()
