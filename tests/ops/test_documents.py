"""What the documents name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
MADE_BY_USE = ("build/", "var/", "media/originals/")


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.name)
def text(request: pytest.FixtureRequest) -> str:
    return request.param.read_text()


def test_files_that_are_named_exist(text: str) -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text))
    ours = {name for name in named if (ROOT / name.partition("/")[0]).is_dir()}
    missing = {name for name in ours if not (ROOT / name).exists()}
    assert not {name for name in missing if not name.startswith(MADE_BY_USE)}


def test_commands_that_are_named_exist(text: str) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert named <= set(get_commands())


def test_targets_that_are_named_exist(text: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`make ([a-z]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_links_lead_somewhere(text: str, request: pytest.FixtureRequest) -> None:
    folder = request.node.callspec.params["text"].parent
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (folder / target).exists(), target
