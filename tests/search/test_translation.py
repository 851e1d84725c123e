"""Words of other languages find the labels that they stand for."""

from __future__ import annotations

import pytest

from accounts.models import User
from gallery.taxonomy import load_taxonomy
from gallery.taxonomy.everyday import everyday_words, related_labels
from gallery.taxonomy.languages import foreign_relations, foreign_words
from search.analysis import stem, words
from search.foreign import is_foreign
from search.services import search_media
from search.whynot import explain
from tests.search.conftest import index
from tests.search.test_related import labeled

# Words that English has as well: German boat, hat, poison, child, bath, sea, skirt; French bread,
# hand, cat, oven, bear; Spanish bread, net, table, March; Italian dog, wall, bee, houses.
FALSE_FRIENDS = """
boot boots hut gift kind bad see rock brief boat rad rat handy teller herd strand tier rind
pain main chat four ours robe coin car singe tour sac lit chaise portable legume cravat
pan red mesa mono once pie mar sin actual cane ape api mare lime pane case fare nave
bar lion leon essen costa dom vin
""".split()  # noqa: SIM905 - a page of words


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["Hund", "hunde", "CHIEN", "chiens", "perro", "cagnolino"])
def test_a_word_of_another_language_finds_the_label(alice: User, word: str) -> None:
    dog, cat = labeled(alice, "Dog"), labeled(alice, "Cat")
    index(dog, cat)
    page = search_media(alice, word)
    assert [hit.item for hit in page.hits] == [dog]
    assert page.total == 1
    assert page.hits[0].matches[0].label == "Dog"


@pytest.mark.django_db
def test_it_obeys_the_rest_of_the_language(alice: User) -> None:
    both, dog, cat = labeled(alice, "Dog", "Cat"), labeled(alice, "Dog"), labeled(alice, "Cat")
    index(both, dog, cat)

    def found(query: str) -> set[object]:
        return {hit.item for hit in search_media(alice, query).hits}

    assert found("hund katze") == {both}
    assert found("hund OR gatto") == {both, dog, cat}
    assert found("-hund") == {cat}
    assert found("label:hund>80 -katze") == {dog}
    assert found("label:hund>95") == set()
    assert found('"hund"') == found("text:hund") == found("hun*") == set()


@pytest.mark.django_db
def test_why_not_reads_it_the_same_way(alice: User) -> None:
    dog = labeled(alice, "Dog")
    index(dog)
    clause = explain(alice, dog, "perro").clauses[0]
    assert (clause.text, clause.is_met) == ("perro", True)
    missed = explain(alice, dog, "gato").clauses[0]
    assert not missed.is_met
    assert missed.reasons


def test_every_label_of_the_table_exists() -> None:
    taxonomy = load_taxonomy()
    named = {name for labels in foreign_words().values() for name in labels}
    assert len(named) >= 150
    assert [name for name in sorted(named) if taxonomy.lookup(name) is None] == []


def test_every_other_word_stands_for_an_everyday_word() -> None:
    assert len(foreign_relations()) >= 150
    assert [word for word, labels in foreign_relations().items() if not labels] == []


def test_no_word_of_the_table_is_one_of_english() -> None:
    assert [word for word in FALSE_FRIENDS if is_foreign(word)] == []


def test_no_word_of_the_table_has_a_meaning_of_its_own_already() -> None:
    taxonomy = load_taxonomy()
    spoken = {
        stem(token)
        for label in taxonomy.all_labels()
        for name in (label.name, *label.aliases, *everyday_words(label.name))
        for token in words(name)
    } | {stem(token) for word in related_labels() for token in words(word)}
    held = {**foreign_words(), **foreign_relations()}
    assert [word for word in held if stem(words(word)[0]) in spoken] == []


def test_each_is_one_word_as_the_analysis_sees_it() -> None:
    held = {**foreign_words(), **foreign_relations()}
    assert [word for word in held if len(words(word)) != 1] == []
