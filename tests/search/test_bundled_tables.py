"""A release with other everyday words makes itself other indexes, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from gallery.models import LabelState, MediaItem
from gallery.taxonomy import everyday
from search import backends
from search.services import search_media
from tests.factories import LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.search.conftest import index, index_all

pytestmark = pytest.mark.django_db
_CACHED = (everyday._rows, everyday._words_by_label, everyday.digest_of_names,
           everyday.related_labels)  # fmt: skip


class Release:
    """Another version of the product, which comes with another table."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._path = folder / "everyday_words.csv"
        self._monkeypatch = monkeypatch

    def install(self, *rows: str) -> None:
        self._path.write_text("\n".join(("word,labels,related", *rows, "")))
        self._monkeypatch.setattr(everyday, "DATA", self._path)
        self.start()

    def start(self) -> None:
        """Do what a new process does: nothing is kept of the one before."""
        for kept in (*_CACHED, backends._embedded, backends._opensearch):
            kept.cache_clear()


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Release]:
    release = Release(tmp_path, monkeypatch)
    yield release
    monkeypatch.undo()
    release.start()


@pytest.fixture(params=["embedded", "opensearch"])
def engine(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.PIXTRACT_SEARCH_BACKEND = request.param
    if request.param == "opensearch":
        server = request.getfixturevalue("new_server")()
        settings.PIXTRACT_OPENSEARCH = {"url": server.url, "index": server.index}
    return str(request.param)


@pytest.fixture
def items(alice: User) -> list[MediaItem]:
    """Three that show a dog: as was seen, as she said, and as she denied."""
    dog = LabelFactory(name="Dog", aliases=["Hound"])
    items = MediaItemFactory.create_batch(3, owner=alice)
    for item, state in zip(items, LabelState.values, strict=True):
        MediaLabelFactory(item=item, label=dog, confidence=90, state=state)
    return items


def found(user: User, text: str) -> set[MediaItem] | None:
    """What is found; None where the index is being made anew."""
    page = search_media(user, text)
    return {hit.item for hit in page.hits} if page.is_available else None


@pytest.mark.usefixtures("engine")
def test_another_table_has_libraries_indexed_anew(
    alice: User, items: list[MediaItem], release: Release
) -> None:
    release.install("puppy,Dog,")
    index(*items)
    dogs = {item for item, state in zip(items, LabelState.values, strict=True)
            if state != LabelState.REJECTED}  # fmt: skip
    assert (found(alice, "label:puppy"), found(alice, "label:doggo")) == (dogs, set())
    release.install("doggo,Dog,", "zebra crossing,Road,")
    assert found(alice, "label:doggo") is None
    index_all()
    assert (found(alice, "label:puppy"), found(alice, "label:doggo")) == (set(), dogs)
    assert found(alice, "label:hound") == dogs


@pytest.mark.usefixtures("engine")
def test_what_changes_no_document_leaves_the_index_alone(
    alice: User, items: list[MediaItem], release: Release
) -> None:
    release.install("puppy,Dog,", "kitchen,,Oven")
    index(*items)
    release.install("kitchen,,Oven;Sink", "puppy,Dog,")
    assert len(found(alice, "label:puppy") or ()) == 2
