"""Queues of the broker that must exist: told on demand, and where a worker starts."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from workers.cloud.broker_queues import missing_queues

_HINT = "`manage.py setup_aws` makes them; without PIXTRACT_SQS_URL, the workers do."


@register("queues", deploy=True)
def check_broker_queues(**_: Any) -> list[CheckMessage]:
    """On demand (``check --deploy --tag queues``): the queues of PIXTRACT_SQS_URL are there."""
    try:
        message = what_is_missing()
    except (BotoCoreError, ClientError) as error:
        hint = "Look at PIXTRACT_SQS_URL, PIXTRACT_SQS_REGION, PIXTRACT_SQS_ENDPOINT_URL."
        return [Error(f"SQS cannot be asked: {error}", hint=hint, id="workers.E061")]
    return [Error(message, hint=_HINT, id="workers.E060")] if message else []


def queues_to_make() -> str:
    """What a worker ends with where its queues are missing; "" where it may start.

    While SQS does not answer nothing is missing: a worker waits for its broker.
    """
    try:
        message = what_is_missing()
    except (BotoCoreError, ClientError):
        return ""
    return f"{message} {_HINT}" if message else ""


def what_is_missing() -> str:
    """Names the queues that are missing; raises ClientError and BotoCoreError."""
    missing = missing_queues()
    if not missing:
        return ""
    region = settings.CELERY_BROKER_TRANSPORT_OPTIONS["region"]
    return f"PIXTRACT_SQS_URL has no queue {', nor '.join(missing)} (region {region})."
