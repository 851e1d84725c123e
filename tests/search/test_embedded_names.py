"""The numbers of names stay what they were, whoever is killed while writing them."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from search.backends.base import IndexBroken
from search.backends.embedded import EmbeddedBackend
from search.backends.embedded_names import FILE_NAME, Names, are_whole
from search.backends.embedded_store import RELOAD_SECONDS
from tests.search.contract import request
from tests.search.corpus import ALICE, corpus, document, label


def written(folder: Path, *pairs: tuple[str, str]) -> list[int]:
    names = Names(folder)
    names.take_up()
    numbers = [names.number(facet, name) for facet, name in pairs]
    names.save()
    return numbers


def test_each_facet_has_numbers_of_its_own_that_others_read(tmp_path: Path) -> None:
    assert written(tmp_path, ("label", "Dog"), ("year", "2024"), ("label", "Cat")) == [0, 0, 1]
    reader = Names(tmp_path)
    assert reader.of("label", [1, 0]) == ["Cat", "Dog"]
    assert written(tmp_path, ("label", "Dog"), ("label", "Ox")) == [0, 2]
    assert reader.of("label", [2]) == ["Ox"]
    assert reader.count("label") == 3
    assert reader.count("place") == 0


def test_a_line_that_was_broken_off_is_written_anew(tmp_path: Path) -> None:
    written(tmp_path, ("label", "Dog"))
    with (tmp_path / FILE_NAME).open("ab") as file:
        file.write(b'0a1b2c3d [["label", "Ca')
    assert are_whole(tmp_path)
    assert Names(tmp_path).of("label", [0]) == ["Dog"]
    odd = "\U0001f3d6 \n\x1f"
    assert written(tmp_path, ("label", odd)) == [1]
    assert Names(tmp_path).of("label", [0, 1]) == ["Dog", odd]


def test_names_that_were_changed_or_are_gone_are_damaged(tmp_path: Path) -> None:
    written(tmp_path, ("label", "Dog"))
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Dog", b"Cat"))
    assert not are_whole(tmp_path)
    path.write_bytes(b"nonsense\n")
    assert not are_whole(tmp_path)
    path.unlink()
    assert not are_whole(tmp_path)


def test_a_number_without_a_name_is_refused(tmp_path: Path) -> None:
    written(tmp_path, ("label", "Dog"))
    with pytest.raises(ValueError, match="missing"):
        Names(tmp_path).of("label", [1])


@pytest.mark.parametrize("damage", [b"", b"nonsense\n"])
def test_an_index_with_damaged_names_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.rebuild(ALICE, corpus())
    (path,) = tmp_path.rglob(FILE_NAME)
    path.write_bytes(damage) if damage else path.unlink()
    other = EmbeddedBackend(tmp_path)
    for attempt in (
        lambda: other.search(ALICE, request("beagle"), limit=5),
        lambda: other.facets(ALICE, request(""), size=5),
        lambda: other.verify(ALICE),
        lambda: other.write(ALICE, [document(2, "changed.jpg")], []),
    ):
        with pytest.raises(IndexBroken, match="names is damaged"):
            attempt()
    other.rebuild(ALICE, corpus())
    assert other.search(ALICE, request("beagle"), limit=5).total == 1


def counts(backend: EmbeddedBackend) -> dict[str, int]:
    found = backend.facets(ALICE, request(""), size=9)["label"]
    return {value.name: value.count for value in found}


def test_names_of_a_new_label_are_counted_at_once(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.rebuild(ALICE, [document(1, "a.jpg", labels=(label("Dog", 90),))])
    assert counts(backend) == {"Dog": 1}
    backend.write(ALICE, [document(2, "b.jpg", labels=(label("Ox", 80), label("Dog", 70)))], [])
    assert counts(backend) == {"Dog": 2, "Ox": 1}


def test_an_older_copy_in_the_place_of_an_index_is_read_from_its_beginning(tmp_path: Path) -> None:
    root, older = tmp_path / "indexes", tmp_path / "older"
    reader = EmbeddedBackend(root)
    EmbeddedBackend(root).rebuild(ALICE, [document(1, "a.jpg", labels=(label("Dog", 90),))])
    shutil.copytree(root, older)
    for number, name in ((2, "Cat"), (3, "Xenopus")):
        item = document(number, f"{name}.jpg", labels=(label(name, 80),))
        EmbeddedBackend(root).write(ALICE, [item], [])
    assert counts(reader) == {"Dog": 1, "Cat": 1, "Xenopus": 1}
    shutil.rmtree(root)
    older.rename(root)
    for number, name in ((4, "Ox"), (5, "Very small mouse"), (6, "Yak")):
        item = document(number, f"{name}.jpg", labels=(label(name, 80),))
        EmbeddedBackend(root).write(ALICE, [item], [])
    time.sleep(RELOAD_SECONDS)
    assert counts(reader) == {"Dog": 1, "Ox": 1, "Very small mouse": 1, "Yak": 1}


def test_a_reader_of_an_index_that_another_made_anew_follows(tmp_path: Path) -> None:
    reader = EmbeddedBackend(tmp_path)
    for name in ("Dog", "Cat"):
        item = document(1, "a.jpg", labels=(label(name, 90),))
        EmbeddedBackend(tmp_path).rebuild(ALICE, [item])
        time.sleep(RELOAD_SECONDS)
        assert counts(reader) == {name: 1}
