"""What words mean reaches labels that no table connects with them, apart from the hits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from search.meaning.encoder import SentenceEncoder, UnusableModel, get_encoder, verify
from search.meaning.nearness import (
    DISTANT,
    NEAR,
    Neighborhood,
    OtherName,
    make_aside,
    neighborhood,
)
from search.services import search_media
from tests.factories import LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.search.conftest import index
from tests.search.test_related import labeled

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def around() -> Neighborhood:
    return Neighborhood(SentenceEncoder())


@pytest.mark.parametrize(
    ("text", "label"),
    [("собака", "Dog"), ("飛行機", "Airplane"), ("Strand", "Beach"), ("voilier", "Sailboat")],
)
def test_what_means_the_same_is_near_in_any_language(
    around: Neighborhood, text: str, label: str
) -> None:
    assert label in [near.name for near in around.near(text)][:3]


def test_nearest_comes_first_and_nothing_is_far(around: Neighborhood) -> None:
    found = [near.nearness for near in around.near("kitchen")]
    assert found == sorted(found, reverse=True)
    assert all(NEAR <= nearness <= 1 for nearness in found)
    assert around.near("quantum mechanics") == []


def test_names_that_the_taxonomy_lacks_are_near_too(around: Neighborhood) -> None:
    others = [OtherName("Sunset"), OtherName("Spreadsheet", "somebody")]
    assert around.near("coucher de soleil", others)[0].name == "Sunset"
    assert "Sunset" not in [near.name for near in around.near("coucher de soleil")]


@pytest.mark.parametrize("text", ["", " ", "\x00", "a" * 100_000, "🐕", "٣", "(((", "\ud800"])
def test_any_text_has_a_place(around: Neighborhood, text: str) -> None:
    assert all(near.nearness >= NEAR for near in around.near(text))


def test_related_things_come_without_a_count(alice: User) -> None:
    beach = labeled(alice, "Beach")
    index(beach, labeled(alice, "Oven"))
    page = search_media(alice, "пляж")
    assert (page.total, page.hits) == (0, ())
    assert [hit.item for hit in page.related] == [beach]
    (relation,) = page.relations
    assert (relation.word, relation.label) == ("пляж", "Beach")
    assert relation.nearness is not None
    assert relation.nearness >= NEAR


def test_words_together_mean_what_each_does_not(alice: User) -> None:
    joystick = labeled(alice, "Joystick")
    index(joystick, labeled(alice, "Dog"))
    page = search_media(alice, "game controller")
    assert not page.hits
    assert [hit.item for hit in page.related] == [joystick]
    assert [relation.word for relation in page.relations] == ["game controller"]


@pytest.mark.parametrize(
    "query", ['"пляж"', "name:пляж", "text:пляж", "пля*", "пляж1", "-пляж type:video", "пл?ж"]
)
def test_what_is_meant_literally_has_no_relations(alice: User, query: str) -> None:
    index(labeled(alice, "Beach"))
    assert not search_media(alice, query).relations


def test_a_word_that_is_a_label_s_name_needs_no_relations(alice: User) -> None:
    index(labeled(alice, "Dog"), labeled(alice, "Cat"))
    assert not search_media(alice, "dog").relations


def test_labels_of_one_s_own_are_near(alice: User, bob: User) -> None:
    own = MediaItemFactory(owner=alice)
    MediaLabelFactory(item=own, label=LabelFactory(name="Geburtstag", owner=alice), confidence=90)
    index(own)
    assert [hit.item for hit in search_media(alice, "anniversaire").related] == [own]
    assert not search_media(bob, "anniversaire").related


def test_what_others_have_neither_shows_nor_crowds_out(alice: User, bob: User) -> None:
    index(labeled(alice, "Coast"))
    before = search_media(alice, "littoral")
    for number in range(30):
        LabelFactory(name=f"Littoral {number}", owner=bob)
    theirs = [labeled(bob, name) for name in ("Beach", "Sea", "Lakeshore View", "Shoreline Walk")]
    index(*theirs)
    after = search_media(alice, "littoral")
    assert [hit.item for hit in after.related] == [hit.item for hit in before.related]
    assert after.relations == before.relations
    assert before.relations


def test_a_label_that_only_others_have_explains_nothing_away(alice: User, bob: User) -> None:
    index(labeled(alice, "Beach"), labeled(bob, "Пляж"))
    assert [relation.label for relation in search_media(alice, "пляж").relations] == ["Beach"]
    assert not search_media(bob, "пляж").relations


def test_what_a_word_is_far_nearer_to_leaves_the_rest_out(
    alice: User, around: Neighborhood
) -> None:
    """To the model, a beech is most like an antelope: nobody wants couches for that."""
    nearness = {near.name: near.nearness for near in around.near("beech")}
    assert nearness["Couch"] >= NEAR
    index(labeled(alice, "Couch"))
    assert not search_media(alice, "beech").relations
    index(labeled(alice, "Antelope"))
    (relation,) = search_media(alice, "beech").relations
    assert relation.label == "Antelope"


@pytest.mark.parametrize("newest", ["Boat", "Sailboat"])
def test_the_nearest_come_first_however_old(alice: User, newest: str) -> None:
    for name in ("Boat", "Sailboat"):
        item = labeled(alice, name)
        year = 2024 if name == newest else 2010
        MediaItem.objects.filter(pk=item.pk).update(taken_local=datetime(year, 5, 1, tzinfo=UTC))
        index(item)
    page = search_media(alice, "лодка")
    assert [hit.matches[0].label for hit in page.related] == ["Boat", "Sailboat"]
    assert [relation.label for relation in page.relations] == ["Boat", "Sailboat"]


def test_what_is_less_near_shows_where_nothing_else_would(alice: User) -> None:
    index(labeled(alice, "Airplane"))
    (relation,) = search_media(alice, "Hubschrauber").relations
    assert relation.nearness is not None
    assert DISTANT <= relation.nearness < NEAR
    index(MediaItemFactory(owner=alice, file_name="Hubschrauber.jpg"))
    page = search_media(alice, "Hubschrauber")
    assert page.hits
    assert not page.related


@pytest.mark.parametrize("text", ["dgo", "qwrtz", "?og", "w?ne gl*ss", "?ing"])
def test_what_is_no_word_lies_near_to_nothing(text: str, alice: User) -> None:
    index(labeled(alice, "Wine glass"), labeled(alice, "Guitar"))
    page = search_media(alice, text)
    assert (page.related, page.relations) == ((), ())


def test_the_api_says_why(alice: User, api_client: Callable[[User | None], APIClient]) -> None:
    index(labeled(alice, "Beach"))
    answer = api_client(alice).get("/api/v1/search/", {"q": "пляж"}).json()
    assert answer["count"] == 0
    (relation,) = answer["relations"]
    assert (relation["word"], relation["label"]) == ("пляж", "Beach")
    assert 0.6 <= relation["nearness"] <= 1


def test_the_page_says_why(alice: User, page_client: Callable[[User | None], APIClient]) -> None:
    index(labeled(alice, "Beach"))
    shown = " ".join(page_client(alice).get("/search/", {"q": "пляж"}).content.decode().split())
    assert "<h2>Related</h2>" in shown
    assert "% near to “пляж”" in shown


def test_it_can_be_switched_off(alice: User, settings: Any) -> None:
    index(labeled(alice, "Beach"))
    settings.PIXTRACT_SEARCH_BY_MEANING = False
    assert get_encoder() is None
    assert not search_media(alice, "пляж").related


def test_a_model_that_is_not_the_one_that_was_measured_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableModel, match=r"sp\.model cannot be read"):
        verify(tmp_path)
    (tmp_path / "sp.model").write_bytes(b"another")
    with pytest.raises(UnusableModel, match=r"sp\.model has the wrong hash"):
        verify(tmp_path)


def test_nobody_waits_for_what_is_made_aside(alice: User) -> None:
    index(labeled(alice, "Beach"))
    may_go_on = threading.Event()

    def names() -> list[OtherName]:
        may_go_on.wait(60)
        return [OtherName("Zeppelin")]

    thread = make_aside(names)
    try:
        assert neighborhood() is None
        assert not search_media(alice, "пляж").related
    finally:
        may_go_on.set()
        thread.join()
    assert search_media(alice, "пляж").related


def test_what_fails_aside_leaves_searches_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)

    def names() -> list[OtherName]:
        raise OSError("the disk is gone")

    make_aside(names).join()
    assert len(failures) == 1
    assert neighborhood() is not None
