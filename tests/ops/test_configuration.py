"""The documentation of the configuration and the code that reads it say the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_READERS = {"env_str", "env_bool", "env_int", "env_list", "env_choice", "env_secret"}


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
