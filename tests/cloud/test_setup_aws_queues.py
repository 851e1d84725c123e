"""The queues that `manage.py setup_aws` makes, and what it does where nothing is AWS."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.test.utils import override_settings
from kombu import Connection

from pixtract import cloud
from pixtract.backends import broker_options
from tests.cloud.buckets import KEYS, choose_bucket, client_of
from tests.cloud.test_setup_aws import documents, run

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("url", "names", "makes"),
    [
        ("", ["mine-media", "mine-analysis"], True),
        ("https://sqs.eu-west-1.amazonaws.com/1/", ["mine-media", "mine-analysis"], False),
    ],
)
def test_the_policy_lets_the_workers_be_rung_over_sqs(
    account: str, monkeypatch: pytest.MonkeyPatch, url: str, names: list[str], makes: bool
) -> None:
    monkeypatch.setenv("PIXTRACT_SQS_PREFIX", "mine-")
    monkeypatch.setenv("PIXTRACT_SQS_URL", url)
    monkeypatch.setenv("PIXTRACT_SQS_REGION", "eu-west-1")
    options = broker_options("sqs://", Path())
    with override_settings(CELERY_BROKER_URL="sqs://", CELERY_BROKER_TRANSPORT_OPTIONS=options):
        (policy,) = documents(run("--no-queue")).values()
    by_sid = {entry["Sid"]: entry for entry in policy["Statement"]}
    bell = by_sid["PixtractDoorbell"]
    assert bell["Resource"] == [f"arn:aws:sqs:eu-west-1:*:{name}" for name in names]
    assert "sqs:SendMessage" in bell["Action"]
    assert ("sqs:CreateQueue" in bell["Action"]) is makes
    assert ("PixtractDoorbellNames" in by_sid) is makes


def test_a_double_of_aws_is_asked_for_no_account(
    moto_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # AWS itself is away
    ingest = {**settings.PIXTRACT_INGEST, "endpoint_url": moto_endpoint, "queue_url": ""}
    name = f"photos-of-many-{uuid.uuid4().hex[:6]}"
    with (
        choose_bucket(monkeypatch, moto_endpoint, name=name),
        override_settings(PIXTRACT_INGEST=ingest),
    ):
        planned = run("--dry-run")
        made = run()
        again = run()
    assert f"would make the queue pixtract-{name}\n" in planned
    assert "000000000000 stands for it" in planned
    url = client_of(moto_endpoint, "sqs").get_queue_url(QueueName=f"pixtract-{name}")["QueueUrl"]
    assert f"PIXTRACT_INGEST_QUEUE_URL={url}" in made
    assert "nothing to do" in again


def test_the_queue_in_use_is_the_one_that_is_looked_after(account: str) -> None:
    used = {**settings.PIXTRACT_INGEST, "queue_url": f"{account}/123456789012/pixtract-ingest"}
    with override_settings(PIXTRACT_INGEST=used):
        assert "would make the queue pixtract-ingest\n" in run("--dry-run")


def test_queues_that_cannot_be_made_need_not_be(
    account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    with pytest.raises(CommandError, match="--no-queue"):
        run("--dry-run")


def _choose_broker(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, *, below: str = ""
) -> override_settings:
    """A broker in SQS at ``endpoint``, whose queues lie ``below`` an address or are looked up."""
    chosen = {
        "PIXTRACT_SQS_REGION": "eu-west-1",
        "PIXTRACT_SQS_PREFIX": f"bell-{uuid.uuid4().hex[:6]}-",
        "PIXTRACT_SQS_ENDPOINT_URL": endpoint,
        "PIXTRACT_SQS_URL": below,
        **KEYS,
    }
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    options = broker_options("sqs://", Path())
    return override_settings(
        CELERY_BROKER_URL=cloud.broker_url("sqs://"), CELERY_BROKER_TRANSPORT_OPTIONS=options
    )


@pytest.mark.parametrize("below", ["", "/123456789012"])
def test_the_queues_of_the_broker_are_made_once(
    account: str, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    with _choose_broker(monkeypatch, account, below=below and f"{account}{below}"):
        made = run("--no-queue")
        again = run("--no-queue")
    names = [f"{os.environ['PIXTRACT_SQS_PREFIX']}{lane}" for lane in ("media", "analysis")]
    for name in names:
        assert f"make the queue {name} " in made
        assert client_of(account, "sqs").get_queue_url(QueueName=name)["QueueUrl"]
    assert "nothing to do" in again


def test_missing_queues_are_told_with_the_variable_on_demand(
    account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _choose_broker(monkeypatch, account, below=f"{account}/123456789012"):
        told = run_checks(tags=["queues"], include_deployment_checks=True)
        assert [message.id for message in told] == ["workers.E060"]
        assert "PIXTRACT_SQS_URL" in told[0].msg and "-analysis" in told[0].msg
        run("--no-queue")
        assert run_checks(tags=["queues"], include_deployment_checks=True) == []


def test_a_worker_without_its_queues_ends_with_a_word(
    moto_endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with _choose_broker(monkeypatch, moto_endpoint, below=f"{moto_endpoint}/123456789012"):
        done = subprocess.run(
            [sys.executable, "-m", "celery", "-A", "pixtract", "worker", "-Q", "media"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "pixtract.settings",
                "PIXTRACT_BROKER_URL": "sqs://",
                "PIXTRACT_LABEL_ENGINE": "off",
                "PIXTRACT_VAR_DIR": str(tmp_path),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert "PIXTRACT_SQS_URL" in done.stderr and "setup_aws" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_bell_rings_at_the_endpoint_that_is_named(
    account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with _choose_broker(monkeypatch, account):
        url, options = settings.CELERY_BROKER_URL, settings.CELERY_BROKER_TRANSPORT_OPTIONS
        with Connection(url, transport_options=options) as connection:
            queue = connection.SimpleQueue("media")
            queue.put({"ring": 1})
            message = queue.get(timeout=60)
            assert message.payload == {"ring": 1}
            message.ack()
    listed = client_of(account, "sqs").list_queues()["QueueUrls"]
    assert any(os.environ["PIXTRACT_SQS_PREFIX"] in url for url in listed)


def test_an_endpoint_that_is_no_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="PIXTRACT_SQS_ENDPOINT_URL"):
        _choose_broker(monkeypatch, "http://sqs:9324/path")
