"""Labels of an item, and the user's labels and categories."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Label, MediaItem, MediaLabel
from tests.factories import (
    CategoryFactory,
    LabelFactory,
    MediaCategoryFactory,
    MediaItemFactory,
    MediaLabelFactory,
)

ClientOf = Callable[[User | None], APIClient]


@pytest.fixture
def item(alice: User) -> MediaItem:
    item = MediaItemFactory(owner=alice, file_name="park.jpg", labels_model="local-1")
    animal = LabelFactory(name="Animal")
    dog = LabelFactory(name="Dog", aliases=["Hound"], category=CategoryFactory(name="Pets"))
    dog.parents.add(animal)
    seen = [{"box": [0.1, 0.2, 0.3, 0.4], "confidence": 99.0}]
    MediaLabelFactory(item=item, label=dog, confidence=99, instances=seen)
    MediaLabelFactory(item=item, label__name="Grass", confidence=70)
    MediaLabelFactory(item=item, label__name="Fence", confidence=30)
    return item


def address(item: MediaItem, media_label: MediaLabel | None = None) -> str:
    tail = f"{media_label.pk}/" if media_label else ""
    return f"/api/v1/media/{item.pk}/labels/{tail}"


def names(client: APIClient, item: MediaItem, **parameters: object) -> list[str]:
    return [label["name"] for label in client.get(address(item), parameters).json()["labels"]]


def test_shape(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    data = api_client(alice).get(address(item), {"min_confidence": 98}).json()
    assert data == {
        "file_name": "park.jpg",
        "labels": [
            {
                "id": str(item.labels.get(label__name="Dog").pk),
                "name": "Dog",
                "confidence": 99.0,
                "parents": ["Animal"],
                "aliases": ["Hound"],
                "categories": ["Pets"],
                "instances": [{"box": [0.1, 0.2, 0.3, 0.4], "confidence": 99.0}],
                "moments": [],
                "source": "local",
                "state": "detected",
            }
        ],
        "model_version": "local-1",
        "analyzed_at": None,
    }


def test_rekognition_shape(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    query = {"min_confidence": 98, "shape": "rekognition"}
    assert api_client(alice).get(address(item), query).json() == {
        "Labels": [
            {
                "Name": "Dog",
                "Confidence": 99.0,
                "Instances": [
                    {
                        "BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4},
                        "Confidence": 99.0,
                    }
                ],
                "Parents": [{"Name": "Animal"}],
                "Aliases": [{"Name": "Hound"}],
                "Categories": [{"Name": "Pets"}],
            }
        ],
        "LabelModelVersion": "local-1",
    }


def test_confidence_is_the_users_own_by_default(
    api_client: ClientOf, alice: User, item: MediaItem
) -> None:
    client = api_client(alice)
    assert names(client, item) == ["Dog", "Grass"]
    alice.min_confidence = 80
    alice.save()
    assert names(client, item) == ["Dog"]
    Label.objects.filter(name="Fence").update(threshold=20)
    assert names(client, item) == ["Dog", "Fence"]
    assert names(client, item, min_confidence=60) == ["Dog", "Grass"]
    assert names(client, item, min_confidence=0) == ["Dog", "Grass", "Fence"]
    Label.objects.filter(name="Dog").update(hidden=True)
    assert names(client, item, min_confidence=0) == ["Grass", "Fence"]


def test_verdicts(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    client, grass = api_client(alice), item.labels.get(label__name="Grass")
    for state, shown in (("rejected", False), ("detected", True), ("confirmed", True)):
        answer = client.patch(address(item, grass), {"state": state}, format="json")
        assert answer.json()["state"] == state
        assert ("Grass" in names(client, item)) is shown
    client.patch(address(item, grass), {"state": "rejected"}, format="json")
    assert "Grass" in names(client, item, rejected="true")
    assert client.patch(address(item, grass), {"state": "x"}, format="json").status_code == 400


def test_own_labels_come_and_go(api_client: ClientOf, alice: User, item: MediaItem) -> None:
    client = api_client(alice)
    added = client.post(address(item), {"name": "Grandma's"}, format="json")
    assert (added.status_code, added.json()["source"]) == (201, "user")
    own = item.labels.get(label__name="Grandma's")
    assert names(client, item, min_confidence=100) == ["Grandma's"]
    assert client.delete(address(item, own)).status_code == 204
    assert "Grandma's" not in names(client, item, min_confidence=0)


def test_what_an_engine_saw_is_not_deleted(
    api_client: ClientOf, alice: User, item: MediaItem
) -> None:
    answer = api_client(alice).delete(address(item, item.labels.get(label__name="Dog")))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_own_label")


@pytest.mark.parametrize(
    "sent", [{}, {"name": ""}, {"name": "  "}, {"name": "x" * 101}, {"name": "a\x00b"},
             {"name": "a\nb"}, {"name": "\u202e"}, {"name": "💥"}, {"name": ["x"]}, {"name": None}]
)  # fmt: skip
def test_names_that_are_none(
    api_client: ClientOf, alice: User, item: MediaItem, sent: object
) -> None:
    answer = api_client(alice).post(address(item), sent, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["name"])


@pytest.mark.parametrize("query", ["min_confidence=-1", "min_confidence=nan", "shape=xml"])
def test_senseless_parameters_are_told(
    api_client: ClientOf, alice: User, item: MediaItem, query: str
) -> None:
    assert api_client(alice).get(f"{address(item)}?{query}").status_code == 400


def test_strangers_find_nothing(
    api_client: ClientOf, bob: User, carol: User, item: MediaItem
) -> None:
    dog = item.labels.get(label__name="Dog")
    theirs = MediaItemFactory(owner=bob)
    for client in (api_client(bob), api_client(carol)):
        answers = [
            client.get(address(item)),
            client.post(address(item), {"name": "X"}, format="json"),
            client.patch(address(item, dog), {"state": "rejected"}, format="json"),
            client.delete(address(item, dog)),
            client.patch(address(theirs, dog), {"state": "rejected"}, format="json"),
            client.get(f"/api/v1/media/{uuid.uuid4()}/labels/"),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert client.get("/api/v1/labels/").json()["results"] == []
        assert client.get("/api/v1/categories/").json()["results"] == []


def test_labels_take_the_same_queries_however_many(
    api_client: ClientOf,
    alice: User,
    item: MediaItem,
    django_assert_num_queries: Callable[..., object],
) -> None:
    client = api_client(alice)
    for count in (3, 23):
        with django_assert_num_queries(5):  # session, user, item, labels, parents
            assert len(client.get(address(item), {"min_confidence": 0}).json()["labels"]) == count
        MediaLabelFactory.create_batch(20, item=item, label__category=CategoryFactory())


def test_catalogs_count_the_users_items(api_client: ClientOf, alice: User, bob: User) -> None:
    pets = CategoryFactory(name="Pets", slug="pets")
    dog = LabelFactory(name="Dog", category=pets)
    for owner in (alice, alice, bob):
        item = MediaItemFactory(owner=owner)
        MediaLabelFactory(item=item, label=dog)
        MediaCategoryFactory(item=item, category=pets)
    client = api_client(alice)
    labels = client.get("/api/v1/labels/").json()
    assert [(row["name"], row["item_count"]) for row in labels["results"]] == [("Dog", 2)]
    assert client.get("/api/v1/labels/", {"q": "cat"}).json()["count"] == 0
    assert client.get("/api/v1/labels/", {"min_confidence": 91}).json()["count"] == 0
    categories = client.get("/api/v1/categories/").json()["results"]
    assert [(row["slug"], row["item_count"]) for row in categories] == [("pets", 2)]
    assert len(client.get(categories[0]["items_url"]).json()["results"]) == 2
    assert client.get("/api/v1/labels/?limit=5&offset=" + "9" * 40).json()["results"] == []


def test_catalogs_take_the_same_queries_however_long(
    api_client: ClientOf, alice: User, django_assert_num_queries: Callable[..., object]
) -> None:
    client = api_client(alice)
    for _ in range(2):
        for _ in range(10):
            category = CategoryFactory()
            item = MediaItemFactory(owner=alice)
            MediaLabelFactory(item=item, label__category=category)
            MediaCategoryFactory(item=item, category=category)
        with django_assert_num_queries(5):  # session, user, counts, names, labels
            client.get("/api/v1/labels/")
        with django_assert_num_queries(4):  # session, user, counts, categories
            client.get("/api/v1/categories/")
