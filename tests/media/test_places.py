"""Positions get the names that people use for them."""

from __future__ import annotations

import gzip

import pytest

from gallery.types import Coordinates, Place
from workers.media.places import PlaceIndex

TABLE = """lat,lon,city,region,country_code,country,population
48.85341,2.34880,Paris,Île-de-France,FR,France,2138551
48.82345,2.29025,Vanves,Île-de-France,FR,France,26068
43.46276,11.88068,Arezzo,Tuscany,IT,Italy,100734
43.50000,11.95000,Chiassa,Tuscany,IT,Italy,
5.00000,0.10000,Takoradi,Western,GH,Ghana,232919
-17.80000,179.99000,Taveuni,Northern,FJ,Fiji,9000
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> PlaceIndex:
    path = tmp_path_factory.mktemp("places") / "cities.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode()))
    return PlaceIndex(path)


def test_a_landmark_belongs_to_the_city_and_not_to_the_nearest_suburb(index: PlaceIndex) -> None:
    eiffel_tower = index.locate(Coordinates(48.8584, 2.2945))
    assert eiffel_tower == Place("Paris", "Île-de-France", "France", "FR")


def test_a_suburb_keeps_its_own_middle(index: PlaceIndex) -> None:
    place = index.locate(Coordinates(48.8235, 2.2902))
    assert place is not None
    assert place.city == "Vanves"


def test_a_village_is_not_swallowed_by_a_distant_town(index: PlaceIndex) -> None:
    place = index.locate(Coordinates(43.503, 11.953))
    assert place is not None
    assert place.city == "Chiassa"


@pytest.mark.parametrize("position", [(0.0, 0.0), (30.0, -40.0), (4.0, 0.1)])
def test_nowhere_has_no_name(index: PlaceIndex, position: tuple[float, float]) -> None:
    assert index.locate(Coordinates(*position)) is None


def test_the_date_line_does_not_divide(index: PlaceIndex) -> None:
    place = index.locate(Coordinates(-17.8, -179.99))
    assert place is not None
    assert place.city == "Taveuni"
