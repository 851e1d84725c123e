"""Places by distance: what is typed, which towns are meant, and how round the circles are."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from gallery.models import MediaItem
from search.gazetteer import towns_named
from search.geocells import EARTH_M, FINEST, cells_of, circle, distance_m, is_within, spoken_m
from search.language import parse
from search.matching import Matcher
from search.nearby import DEFAULT_RADIUS_M
from search.printing import printed
from search.services import search_media
from search.suggestions import suggest
from search.types import And, Near, Not, Phrase
from search.whynot import explain
from tests.factories import MediaItemFactory
from tests.search.conftest import index

LISBON = (38.71667, -9.13333)
BELEM = (38.6979, -9.2056)


@pytest.mark.parametrize(
    ("text", "center", "radius_m", "place"),
    [
        ("near:lisbon", LISBON, DEFAULT_RADIUS_M, "Lisbon, Portugal"),
        ('near:"LISBON"', LISBON, DEFAULT_RADIUS_M, "Lisbon, Portugal"),
        ('near:"lisbon",20km', LISBON, 20_000, "Lisbon, Portugal"),
        ('near:"lisbon", 20 km', LISBON, 20_000, "Lisbon, Portugal"),
        ('near:"lisbon, 20km"', LISBON, 20_000, "Lisbon, Portugal"),
        ("near:lisbon,500m", LISBON, 500, "Lisbon, Portugal"),
        ("near:lisbon,2.5", LISBON, 2_500, "Lisbon, Portugal"),
        ("near:lisbon,10MI", LISBON, 16_093, "Lisbon, Portugal"),
        ("near:Lisboa", LISBON, DEFAULT_RADIUS_M, "Lisbon, Portugal"),
        ('near:"Lisbon, Maine"', (44.03146, -70.1045), 25_000, "Lisbon, Maine, United States"),
        ('near:"lisbon, us",5km', (44.03146, -70.1045), 5_000, "Lisbon, Maine, United States"),
        ('near:"Lisbonne, Portogallo"', LISBON, DEFAULT_RADIUS_M, "Lisbon, Portugal"),
        ('near:"münchen, bayern"', (48.13743, 11.57549), 25_000, "Munich, Bavaria, Germany"),
        ("near:münchen", (48.13743, 11.57549), 25_000, "Munich, Bavaria, Germany"),
        ("near:38.7,-9.1,5km", (38.7, -9.1), 5_000, "38.7, -9.1"),
        ("near:38.7000000000000001,-9.1", (38.7, -9.1), 25_000, "38.7, -9.1"),
        ("near:-33.86,151.2", (-33.86, 151.2), 25_000, "-33.86, 151.2"),
        ("near:+38.7, -9.1, 5 km", (38.7, -9.1), 5_000, "38.7, -9.1"),
        ("near:90,180", (90.0, 180.0), 25_000, "90, 180"),
    ],
)
def test_reads(text: str, center: tuple[float, float], radius_m: int, place: str) -> None:
    query = parse(text)
    assert isinstance(query.root, Near)
    assert (query.root.center, query.root.radius_m, query.root.place) == (center, radius_m, place)
    assert query.notices == ()
    assert parse(printed(query.root)).root == query.root


@pytest.mark.parametrize(
    ("text", "kept", "codes"),
    [
        ("near:pole south", '"pole" south', ["as-text"]),
        ("near:san lorenzo dog", 'near:"san lorenzo" dog', []),
        ("near:san lorenzo, 5 km dog", 'near:"san lorenzo, 5 km" dog', []),
        ("near:san lorenzo,5km -dog", 'near:"san lorenzo,5km" -dog', []),
        ("near:nueva york", 'near:"nueva york"', []),
        ("near:paris, texas dog", 'near:"paris, texas" dog', []),
        ("near:paris dog", 'near:"paris" dog', ["which-place"]),
        ("near:lisbon falls", 'near:"lisbon falls"', ["which-place"]),
        ('near:"lisbon" falls', 'near:"lisbon" falls', []),
        ("near:san -lorenzo", '"san" -lorenzo', ["as-text"]),
        ("near:san OR lorenzo", '"san" OR lorenzo', ["as-text"]),
        ("near:(san lorenzo)", 'near:"san lorenzo"', []),
        (r"near:san\ lorenzo dog", 'near:"san lorenzo" dog', []),
        ("near:san lorenzo beach\n", 'near:"san lorenzo" beach', []),
    ],
)
def test_without_quotes_the_longest_place_is_meant(text: str, kept: str, codes: list[str]) -> None:
    query = parse(text)
    assert printed(query.root) == kept
    assert parse(kept).root == query.root
    assert [notice.code for notice in query.notices] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("near:nowhere", "as-text"),
        ('near:"lisbon, spain"', "as-text"),
        ("near:91,0", "as-text"),
        ("near:0,181", "as-text"),
        ("near:1,2,3,4", "as-text"),
        ("near:38.7", "as-text"),
        ("near:1,2,far", "as-text"),
        ("near:,5km", "as-text"),
        ("near:lisbon,1m", "radius"),
        ("near:lisbon,99999km", "radius"),
        ("near:springfield", "which-place"),
        ('near:"' + "a," * 49 + '"', "as-text"),
    ],
)
def test_what_is_bad_or_ambiguous_is_said(text: str, code: str) -> None:
    query = parse(text)
    assert code in [notice.code for notice in query.notices]
    assert isinstance(query.root, Near if code != "as-text" else Phrase)


def test_the_largest_of_a_name_is_meant_and_named() -> None:
    (notice,) = parse("near:springfield").notices
    assert notice.message == (
        "Near Springfield, Missouri, United States; a smaller place has this name, too: "
        "add the region or country."
    )
    assert [town.region for town in towns_named("springfield")] == ["Missouri", "Illinois"]


def test_a_position_stands_among_other_words() -> None:
    root = parse("dog -near:-17.8,179.9,5km near:lisbon cat").root
    assert isinstance(root, And)
    assert [type(child).__name__ for child in root.children] == ["Term", "Not", "Near", "Term"]
    assert isinstance(root.children[1], Not)
    unclosed = parse('near:"lisbon').root
    assert isinstance(unclosed, Near)


def test_without_a_table_places_are_words(settings: Any, tmp_path: Path) -> None:
    settings.PIXTRACT_PLACES_FILE = tmp_path / "missing.csv.gz"
    assert towns_named("munich") == ()
    assert isinstance(parse("near:munich").root, Phrase)


_LATITUDES = st.floats(-90, 90)
_LONGITUDES = st.floats(-180, 180)


@settings(max_examples=150, deadline=None)
@given(_LATITUDES, _LONGITUDES, st.floats(1_000, 5_000_000), st.floats(0, 2), st.floats(0, 360))
def test_circles_are_round_everywhere(
    latitude: float, longitude: float, radius_m: float, share: float, bearing: float
) -> None:
    there = _moved(latitude, longitude, radius_m * share, bearing)
    cells = circle(latitude, longitude, round(radius_m))
    assert len(cells) < 10_000
    is_inside = is_within(*there, cells)
    away = distance_m((latitude, longitude), there)
    if abs(away - radius_m) > max(radius_m / 50, 25):
        assert is_inside == (away < radius_m)


@given(_LATITUDES, _LONGITUDES)
def test_a_position_lies_in_its_own_smallest_circle(latitude: float, longitude: float) -> None:
    cells = cells_of(latitude, longitude)
    assert len(cells[-1]) == FINEST
    assert all(larger == smaller[:-1] for larger, smaller in pairwise(cells))
    assert is_within(latitude, longitude, circle(latitude, longitude, 100))


def test_what_is_no_position_lies_nowhere() -> None:
    assert cells_of(math.nan, 0) == cells_of(91, 0) == cells_of(0, 181) == ()


def test_distances_are_said_as_people_say_them() -> None:
    assert [spoken_m(meters) for meters in (12.3, 850, 3_440, 12_300, 1_234_567)] == [
        "12 m", "850 m", "3.4 km", "12 km", "1,235 km",
    ]  # fmt: skip
    assert distance_m((0, 0), (0, 180)) == pytest.approx(math.pi * EARTH_M)


def _moved(lat: float, lon: float, meters: float, bearing: float) -> tuple[float, float]:
    """Return the position so far away in that direction."""
    way, turn = min(meters / EARTH_M, math.pi), math.radians(bearing)
    one, other = math.radians(lat), math.radians(lon)
    up = math.sin(one) * math.cos(way) + math.cos(one) * math.sin(way) * math.cos(turn)
    there = math.asin(max(-1.0, min(1.0, up)))
    across = math.atan2(
        math.sin(turn) * math.sin(way) * math.cos(one), math.cos(way) - math.sin(one) * up
    )
    return math.degrees(there), (math.degrees(other + across) + 540) % 360 - 180


@pytest.fixture
def belem(alice: User) -> MediaItem:
    item = MediaItemFactory(
        owner=alice, file_name="tower.jpg", latitude=BELEM[0], longitude=BELEM[1], city="Lisbon"
    )
    index(item, MediaItemFactory(owner=alice, file_name="cellar.jpg"))
    item.refresh_from_db()
    return item


@pytest.mark.django_db
def test_a_hit_says_how_far_away_it_is(alice: User, belem: MediaItem) -> None:
    page = search_media(alice, "near:lisbon")
    assert [hit.item for hit in page.hits] == [belem]
    (match,) = page.hits[0].matches
    assert match.field == "near"
    assert [part.text for part in match.snippet] == ["6.6 km", " from Lisbon, Portugal"]
    assert search_media(alice, "near:lisbon,6km").total == 0
    assert search_media(alice, "near:springfield").notices[0].code == "which-place"


@pytest.mark.django_db
def test_a_shut_out_place_is_no_reason(belem: MediaItem) -> None:
    item = MediaItem.objects.get(pk=belem.pk)
    assert Matcher(parse("-near:lisbon").root, 55).explain([item]) == [()]


@pytest.mark.django_db
def test_why_not_says_the_distance(alice: User, belem: MediaItem) -> None:
    found = explain(alice, belem, "tower near:lisbon near:paris near:lisbon,1km")
    said = {clause.text: [one.message for one in clause.reasons] for clause in found.clauses}
    assert said == {
        "tower": [],
        'near:"lisbon"': [],
        'near:"paris"': ["It was taken 1,458 km from Paris, Île-de-France, France."],
        'near:"lisbon,1km"': ["It was taken 6.6 km from Lisbon, Portugal."],
    }
    cellar = MediaItem.objects.get(file_name="cellar.jpg")
    (clause,) = explain(alice, cellar, "near:lisbon").clauses
    assert [one.message for one in clause.reasons] == ["It has no place on the map."]


@pytest.mark.django_db
def test_the_users_own_towns_are_offered(alice: User, bob: User, belem: MediaItem) -> None:
    elsewhere = MediaItemFactory(owner=alice, city="Liberty City")
    index(elsewhere, MediaItemFactory(owner=bob, city="Munich"))
    assert [one.query for one in suggest(alice, "dog near:li")] == ['dog near:"Lisbon"']
    assert suggest(alice, "near:mun") == []
    assert "near:" in [one.query for one in suggest(alice, "nea")]
