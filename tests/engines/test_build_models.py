"""The set-up of models trusts nothing that it fetches, and does its work once."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import pickle
from pathlib import Path

import pytest

from tools.build_models import manifest
from tools.build_models.fetch import FetchError, fetch_all, run
from tools.build_models.places import HEADER, write_places
from tools.build_models.torch_weights import MAGIC, PROTOCOL, load_weights


class _Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("harm-was-done",)


def test_weights_that_would_run_code_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stream = io.BytesIO()
    for part in (MAGIC, PROTOCOL, {}, _Harmful()):
        pickle.dump(part, stream, protocol=2)
    path = tmp_path / "weights.pth"
    path.write_bytes(stream.getvalue())
    with pytest.raises(pickle.UnpicklingError, match="refused"):
        load_weights(path)
    assert not (tmp_path / "harm-was-done").exists()


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(pickle.dumps("something else", protocol=2))
    with pytest.raises(pickle.UnpicklingError):
        load_weights(path)


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="did not run"):
        run(["no-such-command-anywhere"], tmp_path)


def test_a_package_manager_that_is_missing_stops_the_build(tmp_path: Path) -> None:
    environment_without_network = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_without_network.items():
            patch.setenv(name, value)
        with pytest.raises(FetchError):
            fetch_all(tmp_path, "no-such-npm")


def test_an_empty_folder_is_not_current(tmp_path: Path) -> None:
    assert not manifest.is_current(tmp_path)


def test_what_was_installed_is_current_until_it_is_touched(tmp_path: Path) -> None:
    scratch, into = tmp_path / "scratch", tmp_path / "into"
    scratch.mkdir()
    for name in manifest.FILES:
        (scratch / Path(name).name).write_bytes(name.encode())
    manifest.install(scratch, into)
    assert manifest.is_current(into)
    (into / "models" / "detector.onnx").write_bytes(b"something else")
    assert not manifest.is_current(into)


def test_the_table_of_cities_has_the_agreed_columns(tmp_path: Path) -> None:
    cities, countries, target = (tmp_path / name for name in ("geocode.gz", "c.csv", "out.gz"))
    lisbon = {
        "country_code": "PT",
        "city": "Lisbon",
        "latitude": 38.71667,
        "longitude": -9.13333,
        "population": 517802,
        "state": "Lisbon",
    }
    cities.write_bytes(gzip.compress(json.dumps([lisbon]).encode()))
    countries.write_text("PT,Portugal\n", encoding="utf-8")
    write_places(cities, countries, target)
    rows = list(csv.reader(io.StringIO(gzip.decompress(target.read_bytes()).decode())))
    assert rows == [
        list(HEADER),
        ["38.71667", "-9.13333", "Lisbon", "Lisbon", "PT", "Portugal", "517802"],
    ]
