"""Sentences and names of places in other languages."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from gallery.models import MediaItem
from gallery.taxonomy.inflection import forms
from gallery.taxonomy.languages import foreign_words
from search.analysis import fold
from search.foreign import FOREIGN_KINDS, is_foreign_name, labels_called
from search.language import parse
from search.place_names import COUNTRIES, REGIONS, TOWNS, other_names
from search.printing import printed
from search.services import search_media
from search.whynot import explain
from tests.factories import MediaItemFactory
from tests.search.conftest import index
from tests.search.test_related import labeled

# English as it is: what these say must not become what a word of another language says.
ENGLISH = """
die chat gift hands cases penne capri tend nature giraffe fungi isolate pall manners herbs
salon prairie cuisine ring estate call mow noel donnie penguin matrimony recuse tasty
""".split()  # noqa: SIM905 - a page of words


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [
        ("de", "Hunde", {"Hunde", "Hunden", "Hundes"} - {"Hundes"}),
        ("de", "Hund", {"Hund", "Hunde", "Hunden", "Hunds", "Hundes"}),
        ("de", "Hündin", {"Hündin", "Hündinnen", "Hündins"}),
        ("de", "Vögel", {"Vögel", "Vögeln", "Vögels"}),
        ("de", "Katzen", {"Katzen", "Katzens"}),
        ("de", "Haus", {"Haus", "Hause", "Hausen", "Hauses"}),
        ("fr", "chien", {"chien", "chiens"}),
        ("fr", "cheval", {"cheval", "chevaux"}),
        ("fr", "bateau", {"bateau", "bateaux"}),
        ("fr", "brebis", {"brebis"}),
        ("es", "perro", {"perro", "perros"}),
        ("es", "camión", {"camión", "camiónes"}),
        ("es", "pez", {"pez", "peces"}),
        ("es", "autobús", {"autobús", "autobúses"}),
        ("it", "gatto", {"gatto", "gatti"}),
        ("it", "lago", {"lago", "laghi", "lagi"}),
        ("it", "mucca", {"mucca", "mucche"}),
        ("it", "spiaggia", {"spiaggia", "spiagge", "spiaggie"}),
        ("it", "orologio", {"orologio", "orologi"}),
        ("it", "cani", {"cani"}),
    ],
)
def test_rules_give_the_forms_that_are_used(language: str, word: str, expected: set[str]) -> None:
    assert set(forms(language, word)) == expected


@given(st.sampled_from(["de", "fr", "es", "it"]), st.text(max_size=20))
def test_any_word_is_one_of_its_own_forms(language: str, word: str) -> None:
    assert word in list(forms(language, word))


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("Hunden", "Dog"), ("Vögeln", "Bird"), ("Büchern", "Book"), ("Häusern", "House"),
        ("Kindern", "Person"), ("chevaux", "Horse"), ("bateaux", "Boat"), ("perros", "Dog"),
        ("camiones", "Truck"), ("peces", "Fish"), ("laghi", "Lake"), ("borse", "Handbag"),
        ("gatti", "Cat"), ("biciclette", "Bicycle"),
    ],
)  # fmt: skip
def test_forms_mean_what_the_word_means(word: str, label: str) -> None:
    assert labels_called(word) == (label,)


def test_no_form_takes_an_english_word_its_meaning() -> None:
    assert [word for word in ENGLISH if is_foreign_name(word)] == []


def test_no_word_means_a_kind_and_a_label_or_a_place() -> None:
    kinds = {word for words in FOREIGN_KINDS.values() for word in words}
    assert kinds.isdisjoint(word.lower() for word in foreign_words())
    assert kinds.isdisjoint(other_names())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["Bilder von Hunden", "Fotos mit einem Hund", "photos de chiens", "photos des chiens",
     "fotos de perros", "fotos de los perros", "foto di cani", "die Hunde", "le chien",
     "il cagnolino", "photos d'un chien", "une photo d\u2019un chien", "foto d'un perro",
     "imágenes con un perro", "las fotos con perros"],
)  # fmt: skip
def test_a_sentence_finds_what_it_says(alice: User, text: str) -> None:
    dog, cat = labeled(alice, "Dog"), labeled(alice, "Cat")
    index(dog, cat)
    page = search_media(alice, text)
    assert [hit.item for hit in page.hits] == [dog]
    assert "partial" not in [notice.code for notice in page.notices]


@pytest.mark.django_db
def test_what_has_to_do_with_it_is_related_in_other_languages_too(alice: User) -> None:
    both, dog = labeled(alice, "Dog", "Plant"), labeled(alice, "Dog")
    index(both, dog)
    page = search_media(alice, "Hunde auf Gras")
    assert {hit.item for hit in page.hits} == {both, dog}
    assert [notice.code for notice in page.notices] == ["common", "partial"]
    assert [hit.item for hit in search_media(alice, "Gräser").related] == [both]
    assert {hit.item for hit in search_media(alice, "hund gras").related} == {both, dog}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("la la plage", "plage"),
        ("la de la plage", "plage"),
        ("die Katze", "Katze"),
        ("die hard", "die hard"),
        ("beach la", "beach la"),
        ("la beach", "la beach"),
        ("la -plage x", "la -plage x"),
        ("le", "le"),
        ("Hund in LA", "Hund LA"),
        ("un chien et un chat", "chien chat"),
        ("Bilder aus 2019", "Bilder 2019"),
        ("Kinder am Strand", "Kinder Strand"),
        ("lo mein noodles", "lo mein noodles"),
        ("del monte cans", "del monte cans"),
        ("mein Hund", "Hund"),
        ("foto di Roma", "foto Roma"),
        ("das Foto del perro", "Foto perro"),
    ],
)
def test_articles_are_small_beside_words_of_such_languages_alone(text: str, kept: str) -> None:
    root = parse(text).root
    assert printed(root) == kept
    assert parse(printed(root)).root == root


@pytest.fixture
def journey(alice: User) -> dict[str, MediaItem]:
    """What was taken in three cities, and what speaks of one."""
    found = {
        "prague": MediaItemFactory(owner=alice, city="Prague", country="Czech Republic"),
        "york": MediaItemFactory(owner=alice, city="New York City", country="United States"),
        "munich": MediaItemFactory(
            owner=alice, city="Munich", region="Bavaria", country="Germany", country_code="DE"
        ),
        "told": MediaItemFactory(owner=alice, caption="Prag im Winter"),
    }
    index(*found.values())
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prag", {"prague", "told"}),
        ("praga", {"prague"}),
        ("Prag,", {"prague", "told"}),
        ("«Prag»!", {"prague", "told"}),
        ("place:Prag", {"prague"}),
        ('place:"Prag"', {"prague"}),
        ('"Prag"', {"told"}),
        ("München", {"munich"}),
        ("Deutschland", {"munich"}),
        ("Baviera", {"munich"}),
        ("place:Bayern", {"munich"}),
        ("country:Bayern", set()),
        ("country:Allemagne", {"munich"}),
        ("country:Prag", set()),
        ("label:prag", set()),
        ("Nueva York", {"york"}),
        ('place:"Nueva York"', {"york"}),
        ("fotos de Nueva York", {"york"}),
        ("Estados Unidos", {"york"}),
        ("États-Unis", {"york"}),
        ("Bilder aus Prag", {"prague", "told"}),
        ("-Prag -Monaco", {"york", "munich"}),
        ("Prag OR Deutschland", {"prague", "told", "munich"}),
    ],
)
def test_places_are_found_by_their_names_elsewhere(
    alice: User, journey: dict[str, MediaItem], text: str, expected: set[str]
) -> None:
    page = search_media(alice, text)
    assert {name for name, item in journey.items() if item in [hit.item for hit in page.hits]} == (
        expected
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Juni", {"june", "told"}),
        ("Juni 2023", {"june"}),
        ("junio de 2023", {"june"}),
        ("photos de juin 2023", {"june"}),
        ("décembre", {"december"}),
        ("Bilder vom Dezember 2023", {"december"}),
        ("-Juni -Dezember -enero", set()),
        ("name:juni", set()),
    ],
)
def test_months_are_found_by_their_names_elsewhere(
    alice: User, text: str, expected: set[str]
) -> None:
    made = {
        "june": MediaItemFactory(owner=alice, taken_local=datetime(2023, 6, 5, tzinfo=UTC)),
        "december": MediaItemFactory(owner=alice, taken_local=datetime(2023, 12, 5, tzinfo=UTC)),
        "told": MediaItemFactory(
            owner=alice, caption="Juni", taken_local=datetime(2001, 1, 24, tzinfo=UTC)
        ),
    }
    index(*made.values())
    page = search_media(alice, text)
    assert {hit.item.pk for hit in page.hits} == {made[name].pk for name in expected}


@pytest.mark.django_db
def test_a_month_is_the_reason_and_why_not_says_which_is_meant(alice: User) -> None:
    taken = datetime(2023, 6, 5, tzinfo=UTC)
    june = MediaItemFactory(owner=alice, taken_local=taken, taken_source="exif")
    index(june)
    (hit,) = search_media(alice, "Juni").hits
    assert [match.field for match in hit.matches] == ["taken"]
    (reason,) = explain(alice, june, "Dezember").clauses[0].reasons
    assert reason.message == "“Dezember” (December) is not when it was taken."


@pytest.mark.django_db
def test_the_reason_is_the_place(alice: User, journey: dict[str, MediaItem]) -> None:
    (hit,) = search_media(alice, "Nueva York").hits
    (match,) = hit.matches
    assert match.field == "place"
    assert [part.text for part in match.snippet if part.highlighted] == ["New York City"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["Prag", "place:Prag", 'place:"Prag"', "Nueva York"])
def test_why_not_says_which_place_is_meant(
    alice: User, journey: dict[str, MediaItem], text: str
) -> None:
    clause = explain(alice, journey["munich"], text).clauses[0]
    assert not clause.is_met
    meant = "New York City" if "York" in text else "Prague"
    assert [one.message for one in clause.reasons] == [
        f"“{clause.text}” ({meant}) is not where it was taken."
    ]
    there = journey["york" if "York" in text else "prague"]
    assert explain(alice, there, text).clauses[0].is_met


@pytest.mark.django_db
def test_a_place_that_nothing_was_taken_in_is_no_typo(alice: User) -> None:
    index(MediaItemFactory(owner=alice, caption="a drag race"))
    page = search_media(alice, "Prag")
    assert (page.total, page.did_you_mean) == (0, "")


@pytest.mark.parametrize("path", [TOWNS, REGIONS, COUNTRIES], ids=lambda path: path.stem)
def test_the_tables_of_places_say_nothing_twice_and_nothing_idle(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [tuple(row) for row in csv.reader(stream)][1:]
    assert len(rows) >= 80
    assert rows == sorted(set(rows))
    assert all(len(row) == 3 and len(row[2]) == 2 and row[2].isupper() for row in rows)
    assert [row for row in rows if fold(row[0]) == fold(row[1])] == []


def test_no_name_of_a_place_means_a_label() -> None:
    assert [name for name in other_names() if labels_called(name)] == []
