"""The taxonomy holds together, and everyday words reach labels."""

from __future__ import annotations

import pytest

from gallery.taxonomy import (
    CATEGORIES,
    Taxonomy,
    TaxonomyError,
    TaxonomyLabel,
    load_taxonomy,
    read_labels,
)


@pytest.fixture
def taxonomy() -> Taxonomy:
    return load_taxonomy()


def test_every_category_is_a_known_one(taxonomy: Taxonomy) -> None:
    assert {label.category for label in taxonomy.all_labels()} == CATEGORIES


def test_names_are_sorted_and_single() -> None:
    names = [label.name for label in read_labels()]
    assert names == sorted(names, key=str.casefold)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("automobile", "Car"),
        ("human", "Person"),
        ("puppy", "Dog"),
        ("Sofa", "Couch"),
        ("TV", "Television"),
        ("cell phone", "Mobile Phone"),
        ("seashore", "Beach"),
        ("  bike ", "Bicycle"),
    ],
)
def test_everyday_words_reach_labels(word: str, name: str, taxonomy: Taxonomy) -> None:
    found = taxonomy.lookup(word)
    assert found
    assert found.name == name


@pytest.mark.parametrize(
    ("name", "parents", "category"),
    [
        ("Golden Retriever", {"Dog", "Pet", "Animal"}, "Animals and Pets"),
        ("Sports Car", {"Car", "Vehicle"}, "Vehicles and Automotive"),
        ("Sunglasses", {"Accessories", "Clothing"}, "Apparel and Accessories"),
        ("Beach", {"Sea", "Water", "Nature"}, "Nature and Outdoors"),
        ("Pizza", {"Food"}, "Food and Beverage"),
    ],
)
def test_labels_stand_where_a_person_looks_for_them(
    name: str, parents: set[str], category: str, taxonomy: Taxonomy
) -> None:
    found = taxonomy.lookup(name)
    assert found
    assert parents <= set(found.parents)
    assert found.category == category


@pytest.mark.parametrize("name", ["Car", "Sports Car", "Sunglasses", "Dog"])
def test_nothing_alive_or_driven_is_a_container_or_a_tool(name: str, taxonomy: Taxonomy) -> None:
    found = taxonomy.lookup(name)
    assert found
    assert not {"Container", "Tool"} & set(found.parents)


def test_words_that_are_no_label_find_the_nearest(taxonomy: Taxonomy) -> None:
    names = [label.name for label in taxonomy.labels_near("retriever")]
    assert "Golden Retriever" in names
    assert taxonomy.labels_near("elefant")[0].name == "Elephant"
    assert taxonomy.labels_near("sun", limit=2)[0].name.startswith("Sun")
    assert taxonomy.labels_near("") == ()
    assert len(taxonomy.labels_near("e" * 5000)) == 0


def test_a_circle_is_refused() -> None:
    circle = [TaxonomyLabel("A", ("B",)), TaxonomyLabel("B", ("A",))]
    with pytest.raises(TaxonomyError):
        Taxonomy(circle)


def test_a_missing_parent_is_refused() -> None:
    with pytest.raises(TaxonomyError):
        Taxonomy([TaxonomyLabel("A", ("Nowhere",))])


def test_a_name_with_two_meanings_is_refused() -> None:
    with pytest.raises(TaxonomyError):
        Taxonomy([TaxonomyLabel("A", (), ("b",)), TaxonomyLabel("B")])
