"""An index directory for each test, and a library to search in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.changes import note_change
from search.outbox import drain_once
from tests.factories import (
    CategoryFactory,
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)
from tests.search.opensearch_server import new_server

__all__ = ["new_server"]


@pytest.fixture(autouse=True)
def index_dir(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Give every test an index of its own."""
    settings.PIXTRACT_INDEX_DIR = tmp_path / "index"
    yield tmp_path / "index"


@pytest.fixture
def embedded(settings: Any) -> None:
    """For tests that look into the index folder: whatever engine the others run on."""
    settings.PIXTRACT_SEARCH_BACKEND = "embedded"


def index_all() -> int:
    """Do what the indexer does until nothing is left."""
    done = 0
    while count := drain_once():
        done += count
    return done


def index(*items: MediaItem) -> None:
    for item in items:
        note_change(item.owner_id, [item.pk])
    index_all()


@pytest.fixture
def library(alice: User) -> list[MediaItem]:
    """Three items of Alice's: a dog on a beach, a receipt, a dog nobody is sure of."""
    dog = LabelFactory(name="Dog", category=CategoryFactory(name="Animals and Pets"))
    beach = MediaItemFactory(
        owner=alice, file_name="beach.jpg", city="Lisbon", country="Portugal", country_code="PT"
    )
    MediaLabelFactory(item=beach, label=dog, confidence=97)
    receipt = MediaItemFactory(
        owner=alice, file_name="scan.pdf", kind="document", document_type="receipt", has_text=True
    )
    TextPageFactory(item=receipt, lines=[text_line("Total due RM33.90")])
    unsure = MediaItemFactory(owner=alice, file_name="park.jpg")
    MediaLabelFactory(item=unsure, label=dog, confidence=38)
    index(beach, receipt, unsure)
    return [beach, receipt, unsure]


@pytest.fixture
def foreign(bob: User) -> MediaItem:
    """Bob's secret."""
    item = MediaItemFactory(
        owner=bob, file_name="topsecret.jpg", city="Zanzibar", caption="xylophone"
    )
    MediaLabelFactory(item=item, label=LabelFactory(name="Xylograph"), confidence=99)
    TextPageFactory(item=item, lines=[text_line("xenolith")])
    index(item)
    return item
