"""Facets of the embedded engine: every way of counting gives what counting by hand gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from search.backends import embedded_facets
from search.backends.base import Request
from search.backends.embedded import EmbeddedBackend
from search.backends.encoding import FACETS
from search.types import Facets, Gone, LabelEntry, SearchDocument
from tests.search.contract import request
from tests.search.corpus import ALICE, BOB, document, item_id, label
from tests.search.random_library import library

# What decides how is counted: by columns or lists, in one thread or two, some values or all.
WAYS = {
    "columns": {"_MANY_HITS": 10**9},
    "two threads": {"_MANY_HITS": 1, "_FEW_LISTS": 0},
    "lists": {"_MANY_HITS": 1, "_FEW_LISTS": 10**9, "_LISTED_SHARE": 10**9},
    "some values": {"_MANY_HITS": 10**9, "_FEW_VALUES": 3, "_FEW_NAMES": 0},
    "some names": {"_MANY_HITS": 10**9, "_FEW_VALUES": 12, "_FEW_NAMES": 10**9},
    "some names of many": {"_MANY_HITS": 1, "_FEW_LISTS": 0, "_FEW_VALUES": 25, "_FEW_NAMES": 3},
}


@pytest.fixture(scope="module")
def documents() -> list[SearchDocument]:
    return library(60)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, documents: list[SearchDocument]) -> Path:
    """Return where the documents were written in several commits, some of them twice."""
    root = tmp_path_factory.mktemp("index")
    backend = EmbeddedBackend(root)
    backend.rebuild(ALICE, documents[:30])
    backend.write(ALICE, [*documents[20:50], document(99, "gone.jpg")], [])
    backend.write(ALICE, documents[50:], [Gone(item_id(99), 2)])
    return root


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("threshold", [0, 30, 54, 55, 56, 60, 90, 97, 100])
@pytest.mark.parametrize("size", [2, 50])
def test_facets_are_what_counting_by_hand_gives(
    filled: Path,
    documents: list[SearchDocument],
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    threshold: int,
    size: int,
) -> None:
    for name, value in WAYS[way].items():
        monkeypatch.setattr(embedded_facets, name, value)
    backend = EmbeddedBackend(filled)
    counted = backend.facets(ALICE, Request(None, threshold, {}), size=size)
    for facet in FACETS:
        expected = _by_hand(documents, facet, threshold)
        assert [(one.value, one.count) for one in counted[facet]] == expected[:size], facet
    chosen = Request(None, threshold, {"label": ("Beagle",), "kind": ("photo",)})
    photos = [one for one in documents if "photo" in one.facets["kind"]]
    labels = dict(_by_hand(photos, "label", threshold))
    for one in backend.facets(ALICE, chosen, size=size)["label"]:
        assert one.count == labels.get(one.value, 0)


def _by_hand(
    documents: Iterable[SearchDocument], facet: str, threshold: int
) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for one in documents:
        labels = {"label": one.labels, "category": one.categories}.get(facet, ())
        counts.update({entry.name for entry in labels if _is_shown(entry, threshold)})
        counts.update(set(one.facets.get(facet, ())))
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _is_shown(entry: LabelEntry, threshold: int) -> bool:
    return entry.always or entry.level >= threshold * 2


def test_counts_are_kept_until_something_is_committed(tmp_path: Path) -> None:
    backend, other = EmbeddedBackend(tmp_path), EmbeddedBackend(tmp_path)
    backend.rebuild(ALICE, [document(1, "a.jpg", labels=(label("Dog", 90),))])
    backend.rebuild(BOB, [document(1, "a.jpg", labels=(label("Cat", 90),))])
    first = backend.facets(ALICE, request("jpg"), size=5)
    assert backend.facets(ALICE, request("jpg"), size=5) is first
    assert _labels(backend.facets(BOB, request("jpg"), size=5)) == {"Cat": 1}
    assert _labels(backend.facets(ALICE, Request(None, 95, {}), size=5)) == {}
    backend.write(ALICE, [document(2, "b.jpg", labels=(label("Cow", 90),))], [])
    assert _labels(backend.facets(ALICE, request("jpg"), size=5)) == {"Dog": 1, "Cow": 1}
    assert _labels(other.facets(ALICE, request("jpg"), size=5)) == {"Dog": 1, "Cow": 1}


def _labels(facets: Facets) -> dict[str, int]:
    return {one.value: one.count for one in facets["label"]}
