"""What every engine must do with what is written to it, replaced in it and taken out of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from uuid import UUID

import pytest

from search.backends.base import IndexBroken, Request, SearchBackend
from search.language import parse
from search.types import Gone
from tests.search.corpus import ALICE, BOB, document, item_id, label


def _ids(backend: SearchBackend, owner_id: UUID, text: str) -> list[int]:
    found = backend.search(owner_id, Request(parse(text).root, 55, {}), limit=50)
    return [hit.id.int - 1000 for hit in found.ids]


class WritesContract:
    """Expects the fixtures ``backend``, an empty engine, and ``filled``, one that may change."""

    def test_what_is_invisible_within_words_is_in_no_token(self, backend: SearchBackend) -> None:
        texts = ("Hoch\u00adzeits\u200bfotos", "Hochzeitsfotos", "Hochzeits fotos")
        backend.rebuild(
            ALICE, [document(number, "a.jpg", caption=text) for number, text in enumerate(texts, 1)]
        )
        for typed in ("hochzeitsfotos", "hoch\u00adzeits\u00adfotos", '"Hochzeits\ufefffotos"'):
            page = backend.search(ALICE, Request(parse(typed).root, 55, {}), limit=9)
            assert {hit.id for hit in page.ids} == {item_id(1), item_id(2)}

    def test_a_write_replaces_and_deletes(self, filled: SearchBackend) -> None:
        filled.write(
            ALICE,
            [document(1, "renamed.jpg", version=2)],
            [Gone(item_id(2), 1), Gone(item_id(999), 1)],
        )
        assert _ids(filled, ALICE, "renamed") == [1]
        assert _ids(filled, ALICE, "dog") == [3]
        assert filled.versions(ALICE)[item_id(1)] == 2
        assert len(filled.versions(ALICE)) == 8
        filled.write(ALICE, [document(1, "renamed.jpg", version=3)] * 2, [])
        assert _ids(filled, ALICE, "renamed") == [1]

    def test_versions_are_told_in_parts(self, filled: SearchBackend) -> None:
        filled.write(ALICE, [replace(document(1, "far.jpg"), id=UUID("abcdef" + "0" * 26))], [])
        whole = filled.versions(ALICE)
        parts = [filled.versions(ALICE, digit) for digit in "0123456789abcdef"]
        assert {pk: version for part in parts for pk, version in part.items()} == whole
        assert [len(part) for part in parts] == [9, *[0] * 9, 1, *[0] * 5]
        assert filled.versions(ALICE, "abcdef") == parts[10]
        assert filled.versions(ALICE, "abcdee") == {}

    def test_owners_are_those_who_have_an_index(self, filled: SearchBackend) -> None:
        assert {ALICE, BOB} <= set(filled.owners())
        filled.delete_owner(ALICE)
        assert ALICE not in set(filled.owners())

    def test_the_words_of_what_has_gone_complete_nothing(self, backend: SearchBackend) -> None:
        beagle = (label("Beagle", 90),)
        backend.rebuild(ALICE, [document(n, "alpha zebra.jpg", labels=beagle) for n in (1, 2, 3)])
        renamed = [document(1, "alpha omega.jpg", version=2, labels=beagle)]
        backend.write(ALICE, renamed, [Gone(item_id(2), 2)])
        assert backend.vocabulary(ALICE, "name", "alph", 9) == {"alpha": 2}
        assert backend.names(ALICE, "label", "bea", min_confidence=55, limit=9) == {"Beagle": 2}
        in_both = ("name", "caption")
        assert backend.all_words(ALICE, in_both, "alph") == {"alpha": 2}
        backend.write(ALICE, [document(3, "plain.jpg", caption="an alpha", version=2)], [])
        assert backend.all_words(ALICE, in_both, "alph") == {"alpha": 2}
        assert backend.all_words(ALICE, in_both, "ome") == {"omega": 1}
        assert backend.vocabulary(ALICE, "name", "", 9) == {
            "alpha": 1,
            "jpg": 2,
            "omega": 1,
            "plain": 1,
        }
        backend.write(ALICE, [], [Gone(item_id(1), 3)])
        assert backend.all_words(ALICE, in_both, "alph") == {"alpha": 1}
        assert backend.names(ALICE, "label", "bea", min_confidence=55, limit=9) == {}

    def test_an_owner_can_be_forgotten(self, filled: SearchBackend) -> None:
        filled.delete_owner(ALICE)
        with pytest.raises(IndexBroken):
            _ids(filled, ALICE, "dog")
        assert _ids(filled, BOB, "dog") == [50]

    def test_an_unknown_owner_has_no_index(self, backend: SearchBackend) -> None:
        with pytest.raises(IndexBroken):
            _ids(backend, uuid.uuid4(), "")

    def test_a_rebuild_replaces_everything(self, filled: SearchBackend) -> None:
        assert filled.rebuild(ALICE, [document(70, "only.jpg")]) == 1
        assert _ids(filled, ALICE, "") == [70]
        assert filled.stats(ALICE).documents == 1
        assert filled.is_healthy()
