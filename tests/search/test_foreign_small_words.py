"""Small words of other languages, and words of English in sentences that are not English."""

from __future__ import annotations

import pytest

from accounts.models import User
from gallery.taxonomy import load_taxonomy
from gallery.taxonomy.languages import shared_words
from search.foreign import labels_called, languages_in
from search.language import parse
from search.printing import printed
from search.services import search_media
from search.whynot import explain
from tests.factories import MediaItemFactory
from tests.search.conftest import index
from tests.search.test_foreign_sentences import ENGLISH
from tests.search.test_related import labeled


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("photos d'un chien", "photos chien"),
        ("une photo d\u2019un château", "photo château"),
        ("image d'une plage", "image plage"),
        ("photos du chien d'Anna", "photos chien Anna"),
        ("photos d'Anna", "photos Anna"),
        ("photos D'Angelo", "photos D'Angelo"),
        ("photos d'Espagne", "photos Espagne"),
        ("photo de l'hôtel", "photo hôtel"),
        ("foto dell'auto", "foto auto"),
        ("foto dell'Italia", "foto Italia"),
        ("dell'orologio l'hotel", "orologio hotel"),
        ("l'oiseau", "oiseau"),
        ("c'est un chien", "chien"),
        ("d'un", "d'un"),
        ("d'un l'un", "d'un l'un"),
        ('"d\'un" chien', '"d\'un" chien'),
        ("-d'un chien", "-d'un chien"),
        ("text:d'un chien", "text:d'un chien"),
        ("o'clock alarm", "o'clock alarm"),
        ("D'Angelo", "D'Angelo"),
        ("d'angelo pizza", "d'angelo pizza"),
        ("the D'Angelo family", "D'Angelo family"),
        ("L'Oréal shampoo", "L'Oréal shampoo"),
        ("D'Oiseau", "D'Oiseau"),
    ],
)
def test_small_words_that_lost_their_vowel_are_small(text: str, kept: str) -> None:
    root = parse(text).root
    assert printed(root) == kept
    assert parse(printed(root)).root == root


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "is_found"),
    [('"d\'un"', True), ("photos d'un conte", True), ("d'un", True), ('"d\'une"', False)],
)
def test_what_is_stored_with_such_a_word_is_found_by_it(
    alice: User, text: str, is_found: bool
) -> None:
    told = MediaItemFactory(owner=alice, caption="La fin d'un conte")
    index(told, labeled(alice, "Dog"))
    assert [hit.item for hit in search_media(alice, text).hits] == [told] * is_found


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Bilder aus dem Jahr 2008", "Bilder 2008"),
        ("photos de l'année 2008", "photos 2008"),
        ("foto dell'anno 2008", "foto 2008"),
        ("fotos del año 2008", "fotos 2008"),
        ("Jahr Jahr 2008", "2008"),
        ("Jahr 20", "Jahr 20"),
        ("gutes Jahr", "gutes Jahr"),
        ("Fotos aus London", "Fotos London"),
        ("foto del 2008", "foto 2008"),
        ("Videos aus aus London", "Videos London"),
        ("video del 2008", "video 2008"),
        ("photos la", "photos la"),
        ("beach del mar", "beach del mar"),
        ("del 2008", "del 2008"),
    ],
)
def test_small_words_of_kinds_and_years(text: str, kept: str) -> None:
    root = parse(text).root
    assert printed(root) == kept
    assert parse(printed(root)).root == root


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("images de chats", "Cat"),
        ("photo d'un chat", "Cat"),
        ("foto del cane", "Dog"),
        ("Fotos vom Strand", "Beach"),
        ("Videos mit Strand", "Beach"),
        ("fotos de mesas", "Table"),
        ("chats", ""),
        ("cane", ""),
        ("strand of the boot", ""),
        ("my mesa tour", ""),
        ("tour de france", ""),
        ("photos of a mono chat", ""),
        ('photos de "chats"', ""),
    ],
)
def test_words_of_english_are_foreign_in_sentences_that_are(
    alice: User, text: str, label: str
) -> None:
    names = ("Cat", "Dog", "Beach", "Table", "Tower", "Boat")
    items = {name: labeled(alice, name) for name in names}
    items["Beach"].kind = "video" if "Video" in text else "photo"
    items["Beach"].save()
    index(*items.values())
    found = {hit.matches[0].label for hit in search_media(alice, text).hits if hit.matches}
    assert found == ({label} if label else set())


@pytest.mark.django_db
def test_why_not_reads_them_so_as_well(alice: User) -> None:
    cat, dog = labeled(alice, "Cat"), labeled(alice, "Dog")
    index(cat, dog)
    assert [clause.is_met for clause in explain(alice, cat, "images de chats").clauses] == [
        True,
        True,
    ]
    missed = explain(alice, dog, "images de chats").clauses[1]
    assert (missed.text, missed.is_met) == ("chats", False)
    assert missed.reasons


def test_the_table_of_shared_words_has_labels_and_none_of_the_other_table() -> None:
    taxonomy = load_taxonomy()
    meanings = [meaning for found in shared_words().values() for meaning in found]
    assert len(meanings) >= 40
    assert [label for _, label in meanings if taxonomy.lookup(label) is None] == []
    assert [word for word in shared_words() if labels_called(word)] == []


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("images de chats", {"fr", "es"}),
        ("chats et chiens", {"fr"}),
        ("Hunde am Strand", {"de"}),
        ("gatos y perros", {"es"}),
        ("un gattino", {"it"}),
        ("foto del cane", {"de", "es", "it"}),
        ("photos of a dog in a boat", set()),
        ("the tour de france", set()),
        ("", set()),
        (" ".join(ENGLISH), set()),
    ],
)
def test_languages_show_by_words_that_english_has_not(text: str, languages: set[str]) -> None:
    assert languages_in(text) == languages
