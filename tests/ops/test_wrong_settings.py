"""A wrong value stops the start through every entry, in one line that names the variable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.stack import ROOT, free_port

_WRONG = [
    ("PIXTRACT_API_RATE", "lots"),
    ("PIXTRACT_API_RATE", "5/fortnight"),
    ("PIXTRACT_API_RATE", "0/min"),
    ("PIXTRACT_TOKEN_RATE", "20"),
    ("PIXTRACT_WEB_THREADS", "0"),
    ("PIXTRACT_WEB_PROCESSES", "0"),
    ("PIXTRACT_TRUSTED_PROXIES", "nonsense"),
    ("PIXTRACT_TRUSTED_PROXIES", "10.0.0.0/8,10.0.0.1/8"),
    ("PIXTRACT_BASE_URL", "photos.example.com"),
    ("PIXTRACT_BASE_URL", "https://photos.example.com/gallery"),
    ("PIXTRACT_BASE_URL", "https://photos.example.com:none"),
    ("PIXTRACT_MIN_CONFIDENCE", "200"),
    ("PIXTRACT_OCR_LANGUAGES", "klingon"),
    ("PIXTRACT_OCR_LANGUAGES", "en,xx"),
    ("PIXTRACT_TIME_ZONE", "Mars/Phobos"),
    ("PIXTRACT_TIME_ZONE", "../etc/passwd"),
    ("PIXTRACT_TIME_ZONE", "Europe"),
    ("PIXTRACT_LOG_LEVEL", "LOUD"),
    ("PIXTRACT_PORT", "99999"),
    ("PIXTRACT_EMAIL_URL", "mailto:somebody"),
    ("PIXTRACT_EMAIL_URL", "smtp://somebody@mail.example.com:none"),
    ("PIXTRACT_CACHE_URL", "redis://cache.example.com:none"),
]
_ENTRIES = {
    "manage.py": ("manage.py", "check"),
    "gunicorn": ("-m", "gunicorn", "-c", "python:pixtract.gunicorn_conf", "pixtract.wsgi"),
    "supervisor": ("-m", "pixtract.supervisor"),
}


def _start(
    entry: tuple[str, ...], folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run an entry that is expected to end by itself; both its outputs are in ``stdout``."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIXTRACT_")}
    told = {
        "DJANGO_SETTINGS_MODULE": "pixtract.settings",
        "PIXTRACT_VAR_DIR": str(folder),
        "PIXTRACT_PORT": str(free_port()),
        "PIXTRACT_LABEL_ENGINE": "off",
        **environment,
    }
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *entry],
        cwd=ROOT,
        env=kept | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )


def _assert_refused(done: subprocess.CompletedProcess[str], variable: str) -> None:
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert sum(variable in line for line in done.stdout.splitlines()) == 1, done.stdout


@pytest.mark.parametrize(("variable", "value"), _WRONG)
def test_a_wrong_value_is_named(tmp_path: Path, variable: str, value: str) -> None:
    _assert_refused(_start(_ENTRIES["manage.py"], tmp_path, **{variable: value}), variable)


@pytest.mark.parametrize("entry", ["gunicorn", "supervisor"])
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PIXTRACT_API_RATE", "lots"),
        ("PIXTRACT_WEB_THREADS", "0"),
        ("PIXTRACT_WEB_PROCESSES", "none"),
        ("PIXTRACT_TRUSTED_PROXIES", "nonsense"),
        ("PIXTRACT_BASE_URL", "photos.example.com"),
        ("PIXTRACT_PORT", "99999"),
    ],
)
def test_no_entry_starts_with_it(tmp_path: Path, entry: str, variable: str, value: str) -> None:
    _assert_refused(_start(_ENTRIES[entry], tmp_path, **{variable: value}), variable)


def test_a_misspelt_name_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    done = _start(_ENTRIES["manage.py"], tmp_path, PIXTRACT_S3_BUCKTE="photos")
    assert done.returncode == 0
    assert "PIXTRACT_S3_BUCKTE is no setting" in done.stdout
    assert "Did you mean PIXTRACT_S3_BUCKET?" in done.stdout


def test_the_supervisors_start_tells_it_too(tmp_path: Path) -> None:
    done = _start(("-m", "pixtract.prepare"), tmp_path, PIXTRACT_MAX_PAGE="7")
    assert done.returncode == 0
    assert "Did you mean PIXTRACT_MAX_PAGES?" in done.stdout


def test_names_that_are_right_are_not_told(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a key of many different letters, digits and signs: 0123456789")
    names = {
        "PIXTRACT_SECRET_KEY_FILE": str(key),
        "PIXTRACT_SQS_PREFIX": "own-",
        "PIXTRACT_DATABASE_POOL": "3",
        "PIXTRACT_SSL_REDIRECT": "true",
        "PIXTRACT_TEST_REDIS_URL": "redis://127.0.0.1",
        "PIXTRACT_SAMPLES": str(tmp_path),
        "PIXTRACT_REQUIRE_SERVICES": "1",
    }
    done = _start(_ENTRIES["manage.py"], tmp_path, **names)
    assert done.returncode == 0
    assert "is no setting" not in done.stdout


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PIXTRACT_API_RATE", "5/second"),
        ("PIXTRACT_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("PIXTRACT_BASE_URL", "https://photos.example.com/"),
        ("PIXTRACT_BIND", "::1"),
        ("PIXTRACT_MIN_CONFIDENCE", "100"),
        ("PIXTRACT_OCR_LANGUAGES", "en, de,zh"),
        ("PIXTRACT_TIME_ZONE", "America/Argentina/Buenos_Aires"),
        ("PIXTRACT_EMAIL_URL", "smtps://somebody:secret@mail.example.com"),
    ],
)
def test_a_right_value_is_taken(tmp_path: Path, variable: str, value: str) -> None:
    done = _start(_ENTRIES["manage.py"], tmp_path, **{variable: value})
    assert done.returncode == 0, done.stdout
