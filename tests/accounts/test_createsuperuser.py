"""The first administrator, made from the console."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = {
    "DJANGO_SUPERUSER_USERNAME": "martha",
    "DJANGO_SUPERUSER_EMAIL": "martha@example.org",
    "DJANGO_SUPERUSER_PASSWORD": "correct horse battery",
}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)


def create_superuser(var_dir: Path) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIXTRACT_")}
    own = {"PIXTRACT_VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": "pixtract.settings"}
    command = [sys.executable, str(ROOT / "manage.py"), "createsuperuser", "--noinput"]
    return subprocess.run(  # noqa: S603 - fixed command, no shell
        command, env={**kept, **ACCOUNT, **own}, capture_output=True, text=True, timeout=120
    )


def test_an_empty_installation_is_set_up(tmp_path: Path) -> None:
    made = create_superuser(tmp_path / "var")
    assert (made.returncode, made.stdout.strip()) == (0, "Superuser created successfully.")
    assert "unapplied" not in made.stderr
    again = create_superuser(tmp_path / "var")
    assert again.returncode == 1
    assert "already taken" in again.stderr


@pytest.mark.django_db
@pytest.mark.usefixtures("account")
def test_the_account_comes_from_the_environment() -> None:
    call_command("createsuperuser", "--noinput", verbosity=0)
    user = User.objects.get()
    assert (user.username, user.email, user.is_superuser) == ("martha", "martha@example.org", True)
    assert user.check_password("correct horse battery")


@pytest.mark.django_db
@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too short"),
        ("x7", "too short"),
        ("password", "too common"),
        ("9812736451", "entirely numeric"),
        ("martha@example", "too similar to the e-mail address"),
    ],
)
def test_a_weak_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, password: str, reason: str
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
    with pytest.raises(CommandError, match=f"DJANGO_SUPERUSER_PASSWORD is refused: .*{reason}"):
        call_command("createsuperuser", "--noinput")
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("account")
def test_without_a_password_nobody_can_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD")
    call_command("createsuperuser", "--noinput", "--username=olga", verbosity=0)
    assert not User.objects.get(username="olga").has_usable_password()
