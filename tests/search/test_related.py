"""Everyday words reach labels: some mean them, others only have to do with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Label, MediaItem
from gallery.taxonomy import load_taxonomy
from gallery.taxonomy.everyday import everyday_words, related_labels
from search.services import search_media
from tests.factories import LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.search.conftest import index

pytestmark = pytest.mark.django_db


def labeled(user: User, *names: str) -> MediaItem:
    item = MediaItemFactory(owner=user)
    for name in names:
        label = Label.objects.filter(name=name).first() or LabelFactory(name=name)
        MediaLabelFactory(item=item, label=label, confidence=90)
    return item


def test_another_word_for_a_label_finds_it_like_its_name(alice: User) -> None:
    beagle, oven = labeled(alice, "Dog"), labeled(alice, "Oven")
    index(beagle, oven)
    page = search_media(alice, "puppies")
    assert [hit.item for hit in page.hits] == [beagle]
    match = page.hits[0].matches[0]
    assert (match.label, [part.text for part in match.snippet if part.highlighted]) == (
        "Dog",
        ["puppy"],
    )


def test_what_only_has_to_do_with_it_comes_after_and_apart(alice: User) -> None:
    oven, named = labeled(alice, "Oven"), MediaItemFactory(owner=alice, file_name="kitchen.jpg")
    index(oven, named)
    page = search_media(alice, "kitchen")
    assert [hit.item for hit in page.hits] == [named]
    assert page.total == 1
    assert [hit.item for hit in page.related] == [oven]
    assert page.related[0].matches[0].label == "Oven"


def test_both_kinds_meet_in_one_question(alice: User) -> None:
    both, sand = labeled(alice, "Dog", "Lake"), labeled(alice, "Lake")
    index(both, sand)
    page = search_media(alice, "puppy landscape")
    assert not page.hits
    assert [hit.item for hit in page.related] == [both]


def test_nothing_of_others_is_related(alice: User, bob: User) -> None:
    index(labeled(bob, "Oven"))
    assert not search_media(alice, "kitchen").related


def test_negations_shut_out_no_more_than_they_say(alice: User) -> None:
    oven = labeled(alice, "Oven")
    index(oven)
    assert [hit.item for hit in search_media(alice, "-kitchen").hits] == [oven]
    assert not search_media(alice, "-kitchen").related


def test_the_api_keeps_them_apart(
    alice: User, api_client: Callable[[User | None], APIClient]
) -> None:
    oven = labeled(alice, "Oven")
    index(oven)
    answer = api_client(alice).get("/api/v1/search/", {"q": "kitchen"}).json()
    assert (answer["count"], answer["results"]) == (0, [])
    assert [hit["item"]["id"] for hit in answer["related"]] == [str(oven.pk)]


def test_the_page_shows_them_under_a_heading_of_their_own(
    alice: User, page_client: Callable[[User | None], APIClient]
) -> None:
    index(labeled(alice, "Oven"))
    shown = page_client(alice).get("/search/", {"q": "kitchen"}).content.decode()
    assert "<h2>Related</h2>" in shown
    assert (
        "<h2>Related</h2>" not in page_client(alice).get("/search/", {"q": "oven"}).content.decode()
    )


def test_every_label_that_a_word_stands_for_exists() -> None:
    taxonomy = load_taxonomy()
    named = {name for names in related_labels().values() for name in names}
    assert named
    assert [name for name in sorted(named) if taxonomy.lookup(name) is None] == []
    assert "puppy" in everyday_words("Dog")


# What people type who never saw the list of labels; measured, not collected from what we have.
EVERYDAY = """
auto automobile baby bike bill biscuit blanket boat boots bottle bread breakfast bride bug bunny
bus cab cake camper candle car carpet castle cat cattle chair cheese chicken child church clock
closet clothes cloud coat coast coffee computer cookie couch cow cup cupboard cycling dad deer
desk dessert dinner dish dog dolphin donkey door dress drink duck elephant engine family farm
ferry fire fish flower food football forest fork fox fridge friends frog fruit garden girl
glasses goat goose grass guitar gull gun hamburger hat hen hill hippo home horse house human ice
insect jacket jeans jewelry juice jumper kettle keyboard kid kitchen kitten knife lake lamb lamp
landscape laptop laundry leaf lion lorry lunch man map meal meat menu milk mirror monitor monkey
moon motorbike mountain mouse mug mushroom music necklace notebook novel ocean office orange
oven owl painting pan panda pants paper parrot party pasta pen people phone piano pie pig pillow
pizza plane plant plate police pond pony potato puppy purse rabbit radio railway rain rat
receipt restaurant river road roof rose rug sailing salad sand sandwich scarf school sea seaside
shark sheep ship shirt shoe shop sign sink skiing skirt skyscraper snake snow sofa soup spider
spoon sports squirrel stairs statue street suitcase sun sunglasses sunset swan sweater table
taxi tea teddy telephone tent tiger toilet tower toy train tram tree truck turtle tv umbrella
van vase vegetable vehicle wall watch water waves wedding whale window wine winter wolf woman
yacht zebra zoo
""".split()  # noqa: SIM905 - a page of words


def test_most_everyday_words_reach_a_label() -> None:
    taxonomy = load_taxonomy()
    names = {
        name.casefold()
        for label in taxonomy.all_labels()
        for name in (label.name, *label.aliases, *everyday_words(label.name))
    }
    tokens = {word for name in names for word in name.split()}
    lost = [word for word in EVERYDAY if word not in tokens and word not in related_labels()]
    assert len(EVERYDAY) >= 200
    assert len(lost) <= 0.1 * len(EVERYDAY), lost
