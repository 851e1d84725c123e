"""The demo: an account with real files that go the way of every upload."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from gallery.models import MediaItem
from pixtract.supervisor.guards import lock_state
from pixtract.supervisor.options import Options
from tests.factories import picture_bytes
from tools.demo_media import make_film, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "demo"
    made.mkdir()
    picture = made / "Morning coffee.jpg"
    picture.write_bytes(picture_bytes(size=(320, 240)))
    make_report(made / "Weekend report.pdf", picture)
    make_film([picture], made / "Short film.mp4")
    return made


def _demo(folder: Path) -> str:
    said = io.StringIO()
    call_command("demo", folder, stdout=said)
    return said.getvalue()


def test_the_demo_has_an_account_one_can_log_in_to(folder: Path, client: Client) -> None:
    password = _demo(folder).partition("password ")[2].splitlines()[0]
    answer = client.post("/accounts/login/", {"login": "demo", "password": password})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(username="demo").pk)


def test_the_address_is_that_of_the_running_product(
    folder: Path, tmp_path: Path, settings: Any
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    own = f"Log in at {settings.BASE_URL}/ as"
    assert own in _demo(folder)
    options = Options("127.0.0.1", 8123, settings.VAR_DIR, worker_concurrency=1)
    with lock_state(options):
        assert "Log in at http://127.0.0.1:8123/ as" in _demo(folder)
    assert own in _demo(folder)


@pytest.mark.parametrize(
    ("bind", "base_url", "address"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:8123"),
        ("0.0.0.0", "", "http://localhost:8123"),  # noqa: S104
        ("0.0.0.0", "https://photos.example.com/", "https://photos.example.com"),  # noqa: S104
    ],
)
def test_the_address_is_one_that_a_browser_can_open(
    tmp_path: Path, bind: str, base_url: str, address: str
) -> None:
    assert Options(bind, 8123, tmp_path, 1, base_url).address == address


def test_photo_document_and_video_become_items_and_stay_where_they_were(folder: Path) -> None:
    _demo(folder)
    kinds = dict(MediaItem.objects.values_list("file_name", "kind"))
    assert kinds == {
        "Morning coffee.jpg": "photo",
        "Weekend report.pdf": "document",
        "Short film.mp4": "video",
    }
    assert len(list(folder.iterdir())) == 3


def test_a_second_demo_adds_nothing(folder: Path) -> None:
    _demo(folder)
    assert "Morning coffee.jpg (was there)" in _demo(folder)
    assert MediaItem.objects.count() == 3
    assert User.objects.count() == 1


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere is not a folder"):
        call_command("demo", tmp_path / "nowhere")


def test_the_report_has_two_pages_to_read(folder: Path) -> None:

    with pypdfium2.PdfDocument(folder / "Weekend report.pdf") as document:
        assert len(document) == 2
