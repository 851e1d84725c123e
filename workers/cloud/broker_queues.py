"""The queues of SQS that wake the workers: where they are, and which of them are missing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from workers.cloud.changes import Change, Steps, present
from workers.cloud.clients import client
from workers.cloud.queue_setup import url_of

_LANES = ("media", "analysis")


def uses_sqs() -> bool:
    """Whether the broker is SQS."""
    return urlsplit(settings.CELERY_BROKER_URL).scheme == "sqs"


def queue_names() -> list[str]:
    """The queues' names as SQS has them; none where the broker is another."""
    return list(_addresses())


def missing_queues() -> list[str]:
    """Queues below PIXTRACT_SQS_URL that are not there; others are made by the workers.

    Raises ClientError and BotoCoreError where SQS does not answer or refuses.
    """
    addresses = {name: url for name, url in _addresses().items() if url}
    if not addresses:
        return []
    sqs = broker_client()
    return [name for name, url in addresses.items() if not _is_there(sqs, name, url)]


def broker_steps() -> Steps:
    """What makes the queues that are missing."""
    addresses = _addresses()
    if not addresses:
        return
    sqs = broker_client()
    seconds = str(_options()["visibility_timeout"])
    for name, url in addresses.items():
        if not _is_there(sqs, name, url):
            attributes = {"VisibilityTimeout": seconds}
            make = partial(sqs.create_queue, QueueName=name, Attributes=attributes)
            yield Change(f"make the queue {name} that wakes workers", make)


def broker_client() -> Any:
    """A client of the SQS that the broker's address stands for."""
    broker = urlsplit(settings.CELERY_BROKER_URL)
    port = f":{broker.port}" if broker.port else ""
    scheme = "https" if _options().get("is_secure") else "http"
    endpoint = f"{scheme}://{broker.hostname}{port}" if broker.hostname else ""
    return client("sqs", region=_options()["region"], endpoint_url=endpoint)


def _options() -> dict[str, Any]:
    return dict(settings.CELERY_BROKER_TRANSPORT_OPTIONS)


def _addresses() -> dict[str, str]:
    """Addresses by name, "" for those that are looked up."""
    return dict(_pairs()) if uses_sqs() else {}


def _pairs() -> Iterator[tuple[str, str]]:
    given = [queue["url"] for queue in _options()["predefined_queues"].values()]
    yield from ((url.rpartition("/")[2], url) for url in given)
    if not given:
        yield from ((f"{_options()['queue_name_prefix']}{lane}", "") for lane in _LANES)


def _is_there(sqs: Any, name: str, url: str) -> bool:
    if not url:
        return url_of(sqs, name) is not None
    asked = {"QueueUrl": url, "AttributeNames": ["QueueArn"]}
    return present(sqs.get_queue_attributes, **asked) is not None
