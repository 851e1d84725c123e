"""The program in docs/uploads.md does what the page says, against the running product."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import picture_bytes
from tests.ops.contents import Library
from tests.ops.stack import ROOT, Stack, running_stack

pytestmark = pytest.mark.processes
_PART_BYTES = 8 << 20
_NEXT_PART = "file.seek((number - 1) * step)"


def _program(folder: Path) -> Path:
    """The page's program in a file."""
    text = (ROOT / "docs" / "uploads.md").read_text()
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    path = folder / "upload.py"
    path.write_text(found[1])
    return path


def _ended_early(program: Path) -> Path:
    """The same, but it ends before its second part."""
    text = program.read_text()
    assert text.count(_NEXT_PART) == 1
    path = program.with_name("ends_early.py")
    path.write_text(text.replace(_NEXT_PART, f"sys.exit() if etags else {_NEXT_PART}"))
    return path


def _run(program: Path, stack: Stack, token: str, file: Path) -> list[str]:
    """Send ``file``; returns the words of what was printed: state, item and error."""
    told = {"PIXTRACT": f"http://127.0.0.1:{stack.port}", "TOKEN": token}
    done = subprocess.run(  # noqa: S603 - the page's own program
        [sys.executable, str(program), str(file)],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_program_sends_small_and_large_files_once(tmp_path: Path) -> None:
    program = _program(tmp_path)
    small, large = tmp_path / "small.jpg", tmp_path / "large.jpg"
    small.write_bytes(picture_bytes(1))
    noise = random.Random(2).randbytes(2 * _PART_BYTES)  # noqa: S311 - no secret
    large.write_bytes(picture_bytes(2) + noise)
    engines_off = {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}
    with running_stack(tmp_path, **engines_off) as stack:
        library = Library(stack)
        assert _run(_ended_early(program), stack, library.token, large) == []
        for file in (small, large):
            first = _run(program, stack, library.token, file)
            assert first[0] == "done"
            assert first[1] != "None"
            assert _run(program, stack, library.token, file) == first
        assert library.count("SELECT COUNT(*) FROM gallery_mediaitem") == 2
