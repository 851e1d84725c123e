"""Wrong addresses of servers stop the start, and name the variable, never the password."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _prepare(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIXTRACT_")}
    told = {"PIXTRACT_VAR_DIR": str(folder), "PIXTRACT_LABEL_ENGINE": "off", **environment}
    return subprocess.run(
        [sys.executable, "-m", "pixtract.prepare"],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "pixtract.settings", **told},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PIXTRACT_DATABASE_URL", "mysql://pixtract:sesame@db/pixtract"),
        ("PIXTRACT_DATABASE_URL", "postgresql://pixtract:sesame@db:no/pixtract"),
        ("PIXTRACT_DATABASE_URL", "postgresql://pixtract:sesame@db"),
        ("PIXTRACT_DATABASE_URL", "postgresql://pixtract:sesame@127.0.0.1:9/pixtract"),
        ("PIXTRACT_BROKER_URL", "amqp://pixtract:sesame@queue"),
        ("PIXTRACT_CACHE_URL", "memcached://:sesame@cache"),
    ],
)
def test_a_wrong_address_is_named(tmp_path: Path, variable: str, value: str) -> None:
    done = _prepare(tmp_path, **{variable: value})
    assert done.returncode == 1
    assert variable in done.stderr
    assert "sesame" not in done.stderr
    assert "Traceback" not in done.stderr


def test_sqs_wants_a_region(tmp_path: Path) -> None:
    alone = {"HOME": str(tmp_path), "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}
    done = _prepare(tmp_path, PIXTRACT_BROKER_URL="sqs://", **alone)
    assert done.returncode == 1
    assert "PIXTRACT_SQS_REGION" in done.stderr


def test_a_price_of_nothing_that_is_bought_is_named(tmp_path: Path) -> None:
    done = _prepare(tmp_path, PIXTRACT_PRICES='{"rekognition:DetectLabel": 1}')
    assert done.returncode == 1
    assert "PIXTRACT_PRICES names rekognition:DetectLabel," in done.stderr
    assert "Traceback" not in done.stderr
