"""The documentation of the configuration and the code that reads it say the same."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_KINDS = "str bool int list choice secret rate origin networks time_zone languages"
_READERS = {f"env_{kind}" for kind in _KINDS.split()}


def _read_by_code() -> set[str]:
    return {
        f"PIXTRACT_{node.args[0].value}"
        for path in (ROOT / "pixtract").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def _named_in_table() -> list[str]:
    text = (ROOT / "docs" / "configuration.md").read_text()
    return re.findall(r"^\| `(PIXTRACT_[A-Z0-9_]+)`", text, re.MULTILINE)


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    assert set(_named_in_table()) == _read_by_code()


def test_no_variable_is_documented_twice() -> None:
    assert len(_named_in_table()) == len(set(_named_in_table()))


def test_the_example_names_only_variables_that_exist() -> None:
    text = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"\b(PIXTRACT_[A-Z0-9_]+)=", text))
    assert named
    assert named <= _read_by_code()


def test_a_start_asks_for_every_variable_whichever_engines_are_chosen(tmp_path: Path) -> None:
    """Else a variable that is spelled well would be called unknown."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIXTRACT_")}
    code = "import pixtract.settings, pixtract.env; print(*pixtract.env.asked_names())"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "PIXTRACT_VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    asked = set(done.stdout.split())
    secrets = {f"{name}_FILE" for name in asked if f"{name}_FILE" in asked}
    assert asked - secrets == set(_named_in_table())
    text = (ROOT / "docs" / "configuration.md").read_text()
    documented = set(re.findall(r"^\| `(PIXTRACT_\w+)` .*\*\*Secret\.\*\*", text, re.MULTILINE))
    assert secrets == {f"{name}_FILE" for name in documented}
