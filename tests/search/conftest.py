"""An index directory for each test, and a library to search in."""

from __future__ import annotations

import gzip
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

PLACES = """lat,lon,city,region,country_code,country,population
38.71667,-9.13333,Lisbon,Lisbon,PT,Portugal,517802
44.03146,-70.10450,Lisbon,Maine,US,United States,4300
48.85341,2.34880,Paris,Île-de-France,FR,France,2138551
33.66094,-95.55551,Paris,Texas,US,United States,24782
37.21533,-93.29824,Springfield,Missouri,US,United States,169176
39.80172,-89.64371,Springfield,Illinois,US,United States,114394
48.13743,11.57549,Munich,Bavaria,DE,Germany,1260391
44.00000,-70.06000,Lisbon Falls,Maine,US,United States,4100
-34.60000,-58.40000,San Lorenzo,Santa Fe,AR,Argentina,43500
40.71427,-74.00597,New York City,New York,US,United States,8804190
-17.80000,179.99000,Taveuni,Northern,FJ,Fiji,9000
-90.00000,0.00000,"Pole, South",,AQ,,
"""


@pytest.fixture(autouse=True)
def index_dir(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Give every test an index of its own."""
    settings.PIXTRACT_INDEX_DIR = tmp_path / "index"
    yield tmp_path / "index"


@pytest.fixture(scope="session")
def places_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of a few towns."""
    path = tmp_path_factory.mktemp("places") / "cities.csv.gz"
    path.write_bytes(gzip.compress(PLACES.encode()))
    return path


@pytest.fixture(autouse=True)
def places(places_file: Path, settings: Any) -> None:
    """Let towns lie where the small table says, whatever table the machine has."""
    settings.PIXTRACT_PLACES_FILE = places_file


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
